package com.alexandrite.shop;

import java.util.UUID;

/** The customer's side of an order. A price is in cents, null until MES has calculated it. */
public record Order(
        UUID id, String itemId, String material, int quantity, String status, String fileKey, Long priceCents) {}
