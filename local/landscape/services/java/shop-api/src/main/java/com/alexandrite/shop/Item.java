package com.alexandrite.shop;

public record Item(String id, String name) {}
