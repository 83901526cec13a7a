package com.alexandrite.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class ShopApi {
    public static void main(String[] args) {
        SpringApplication.run(ShopApi.class, args);
    }
}
