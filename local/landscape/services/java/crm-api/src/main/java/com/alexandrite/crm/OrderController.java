package com.alexandrite.crm;

import com.alexandrite.crm.Messages.Decision;
import com.alexandrite.crm.Messages.PriceRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** What sellers do. A change and its message belong together: if the broker refuses, the change is rolled back. */
@RestController
class OrderController {
    private final OrderRepository orders;
    private final OrderPublisher publisher;
    private final FileStorage files;

    OrderController(OrderRepository orders, OrderPublisher publisher, FileStorage files) {
        this.orders = orders;
        this.publisher = publisher;
        this.files = files;
    }

    @GetMapping("/orders")
    List<Order> list(@RequestParam(defaultValue = "SUBMITTED") String status) {
        return orders.withStatus(status);
    }

    @GetMapping("/orders/{id}")
    Order get(@PathVariable UUID id) {
        return orders.find(id)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no order " + id));
    }

    /** The head of the 3D file, for the seller's list. */
    @GetMapping("/orders/{id}/preview")
    FileStorage.Preview preview(@PathVariable UUID id) {
        Order order = get(id);
        if (order.fileKey() == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "order " + id + " has no file yet");
        }
        return files.preview(order.fileKey());
    }

    @PostMapping("/orders/{id}/price-request")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Transactional
    public Order requestPrice(@PathVariable UUID id) {
        Order order = moved(id, orders.priceRequested(id), "asked for a price");
        publisher.publish(
                "order.price-requested",
                id,
                new PriceRequest(id, order.material(), order.quantity(), order.fileKey()));
        return order;
    }

    @PostMapping("/orders/{id}/approve")
    @Transactional
    public Order approve(@PathVariable UUID id) {
        Order order = moved(id, orders.move(id, "PRICE_CALCULATED", "MANUFACTURING_APPROVED", null), "approved");
        publisher.publish("order.approved", id, new Decision(id, null));
        return order;
    }

    record Rejection(@NotBlank String reason) {}

    @PostMapping("/orders/{id}/reject")
    @Transactional
    public Order reject(@PathVariable UUID id, @Valid @RequestBody Rejection rejection) {
        Order order = moved(id, orders.move(id, "PRICE_CALCULATED", "REJECTED", rejection.reason()), "rejected");
        publisher.publish("order.rejected", id, new Decision(id, rejection.reason()));
        return order;
    }

    @PostMapping("/orders/{id}/close")
    Order close(@PathVariable UUID id) {
        return moved(id, orders.move(id, "SHIPPED", "CLOSED", null), "closed");
    }

    private Order moved(UUID id, boolean done, String what) {
        Order order = get(id);
        if (!done) {
            throw new ResponseStatusException(
                    HttpStatus.CONFLICT, "order " + id + " is " + order.status() + ", it cannot be " + what);
        }
        return order;
    }
}
