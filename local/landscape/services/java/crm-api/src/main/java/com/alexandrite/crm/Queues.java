package com.alexandrite.crm;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.support.converter.Jackson2JsonMessageConverter;
import org.springframework.amqp.support.converter.Jackson2JavaTypeMapper.TypePrecedence;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What CRM declares in the broker; MES declares its own queues, and the exchange and `orders.parked` with the same arguments. */
@Configuration
class Queues {
    static final String EXCHANGE = "orders";
    static final String PRICES = "crm.prices";
    static final String STATUSES = "crm.statuses";
    static final String PARKED = "orders.parked";

    @Bean
    Declarables topology() {
        TopicExchange orders = new TopicExchange(EXCHANGE, true, false);
        Queue prices = parking(PRICES);
        Queue statuses = parking(STATUSES);
        Queue parked = QueueBuilder.durable(PARKED).maxLength(1000L).build();
        return new Declarables(
                orders,
                parked,
                prices,
                statuses,
                bind(prices, orders, "order.priced"),
                bind(prices, orders, "order.price-failed"),
                bind(statuses, orders, "order.status-changed"));
    }

    @Bean
    Jackson2JsonMessageConverter json() {
        Jackson2JsonMessageConverter converter = new Jackson2JsonMessageConverter();
        // The type comes from the listener's parameter: MES does not know Java class names.
        converter.setTypePrecedence(TypePrecedence.INFERRED);
        converter.setAlwaysConvertToInferredType(true);
        return converter;
    }

    private static Queue parking(String name) {
        return QueueBuilder.durable(name).deadLetterExchange("").deadLetterRoutingKey(PARKED).build();
    }

    private static Binding bind(Queue queue, TopicExchange exchange, String key) {
        return BindingBuilder.bind(queue).to(exchange).with(key);
    }
}
