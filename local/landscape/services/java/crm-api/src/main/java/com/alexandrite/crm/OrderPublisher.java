package com.alexandrite.crm;

import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/** Publishes and waits for the broker's confirm: a message that no queue took is an error for the seller, not a lost order. */
@Component
class OrderPublisher {
    private static final long CONFIRM_SECONDS = 5;

    private final RabbitTemplate rabbit;

    OrderPublisher(RabbitTemplate rabbit) {
        this.rabbit = rabbit;
    }

    void publish(String routingKey, UUID orderId, Object body) {
        CorrelationData confirm = new CorrelationData(UUID.randomUUID().toString());
        rabbit.convertAndSend(
                Queues.EXCHANGE,
                routingKey,
                body,
                message -> {
                    message.getMessageProperties().setHeader("x-order-id", orderId.toString());
                    message.getMessageProperties().setCorrelationId(orderId.toString());
                    message.getMessageProperties().setMessageId(confirm.getId());
                    return message;
                },
                confirm);
        try {
            if (!confirm.getFuture().get(CONFIRM_SECONDS, TimeUnit.SECONDS).isAck()) {
                throw new AmqpException("the broker refused " + routingKey + " of order " + orderId);
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new AmqpException("the broker did not confirm " + routingKey + " of order " + orderId, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AmqpException("interrupted while publishing " + routingKey + " of order " + orderId, e);
        }
        if (confirm.getReturned() != null) {
            throw new AmqpException("no queue takes " + routingKey + " of order " + orderId + "; has mes-api started?");
        }
    }
}
