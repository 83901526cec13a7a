package com.alexandrite.crm;

import java.util.UUID;

/** Bodies of the messages between CRM and MES, JSON. Unknown fields are ignored. */
final class Messages {
    private Messages() {}

    record PriceRequest(UUID orderId, String material, int quantity, String fileKey) {}

    record Decision(UUID orderId, String reason) {}

    record Priced(UUID orderId, long priceCents) {}

    record PriceFailed(UUID orderId, String reason) {}

    record StatusChanged(UUID orderId, String from, String to) {}
}
