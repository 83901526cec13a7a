package com.alexandrite.crm;

import com.alexandrite.crm.Messages.PriceFailed;
import com.alexandrite.crm.Messages.Priced;
import com.alexandrite.crm.Messages.StatusChanged;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.stereotype.Component;

/** What MES tells. */
@Component
class OrderListener {
    private static final Logger log = LoggerFactory.getLogger(OrderListener.class);

    private final OrderRepository orders;
    private final ObjectMapper json;

    OrderListener(OrderRepository orders, ObjectMapper json) {
        this.orders = orders;
        this.json = json;
    }

    /** The routing key says which of the two it is. */
    @RabbitListener(queues = Queues.PRICES)
    void price(Message message) throws IOException {
        String key = message.getMessageProperties().getReceivedRoutingKey();
        switch (key) {
            case "order.priced" -> {
                Priced priced = json.readValue(message.getBody(), Priced.class);
                report(orders.priced(priced.orderId(), priced.priceCents()), key, priced.orderId());
            }
            case "order.price-failed" -> {
                PriceFailed failed = json.readValue(message.getBody(), PriceFailed.class);
                log.error("order {} has no price: {}", failed.orderId(), failed.reason());
                report(orders.move(failed.orderId(), "SUBMITTED", "FAILED", failed.reason()), key, failed.orderId());
            }
            default -> throw new IllegalArgumentException("unknown routing key " + key + " in " + Queues.PRICES);
        }
    }

    @RabbitListener(queues = Queues.STATUSES)
    void status(StatusChanged change) {
        report(orders.move(change.orderId(), change.from(), change.to(), null), change.to(), change.orderId());
    }

    private static void report(boolean done, String what, Object orderId) {
        if (done) {
            log.info("order {}: {}", orderId, what);
        } else {
            log.warn("order {}: {} does not fit its status, ignored", orderId, what);
        }
    }
}
