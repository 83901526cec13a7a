package com.alexandrite.crm;

import java.util.UUID;

/** An order as sellers see it. A price is in cents, null until MES has calculated it. */
public record Order(
        UUID id,
        String itemId,
        String material,
        int quantity,
        String status,
        String fileKey,
        Long priceCents,
        String reason,
        boolean priceRequested) {}
