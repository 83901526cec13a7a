package com.alexandrite.crm;

import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.jdbc.DataSourceHealthIndicator;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
@ConfigurationPropertiesScan
public class CrmApi {
    public static void main(String[] args) {
        SpringApplication.run(CrmApi.class, args);
    }

    /** Ready only when shop-api has made the tables: the schema is not ours. */
    @Bean
    DataSourceHealthIndicator dbHealthContributor(DataSource dataSource) {
        return new DataSourceHealthIndicator(dataSource, "SELECT count(*) FROM orders WHERE false");
    }
}
