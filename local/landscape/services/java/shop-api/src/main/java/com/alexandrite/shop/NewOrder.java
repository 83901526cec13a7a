package com.alexandrite.shop;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

/** What the shop's front end sends. The material is free text here: only MES knows which ones exist. */
public record NewOrder(
        @NotBlank String itemId,
        @NotBlank String material,
        @Positive @Max(1000) int quantity,
        @NotNull @Valid Customer customer) {

    public record Customer(@NotBlank String name, @NotBlank @Email String email) {}
}
