package com.alexandrite.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class OrderController {
    private static final Logger log = LoggerFactory.getLogger(OrderController.class);
    private static final long MAX_FILE_BYTES = 32L * 1024 * 1024;

    private final OrderRepository orders;
    private final FileStorage files;

    OrderController(OrderRepository orders, FileStorage files) {
        this.orders = orders;
        this.files = files;
    }

    @GetMapping("/items")
    List<Item> items() {
        return orders.items();
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    Order place(@Valid @RequestBody NewOrder order) {
        UUID id = UUID.randomUUID();
        try {
            orders.create(id, order);
        } catch (DataIntegrityViolationException e) {
            throw new ResponseStatusException(
                    HttpStatus.UNPROCESSABLE_ENTITY, "there is no item " + order.itemId() + "; GET /items lists them", e);
        }
        log.info("order {} placed", id);
        return get(id);
    }

    /** The customer's order history. */
    @GetMapping("/orders")
    List<Order> history(@RequestParam String email) {
        return orders.ofCustomer(email);
    }

    @GetMapping("/orders/{id}")
    Order get(@PathVariable UUID id) {
        return orders.find(id)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no order " + id));
    }

    /** Stores the 3D file (STL, at most 32 MiB, its length declared). */
    @PutMapping("/orders/{id}/file")
    Order upload(@PathVariable UUID id, HttpServletRequest request) throws IOException {
        get(id);
        long length = request.getContentLengthLong();
        if (length <= 0) {
            throw new ResponseStatusException(HttpStatus.LENGTH_REQUIRED, "send the file with its Content-Length");
        }
        if (length > MAX_FILE_BYTES) {
            throw new ResponseStatusException(
                    HttpStatus.PAYLOAD_TOO_LARGE, length + " bytes are more than the allowed " + MAX_FILE_BYTES);
        }
        String key = "orders/" + id + ".stl";
        files.put(key, request.getInputStream(), length);
        return moved(id, orders.fileUploaded(id, key), "FILE_UPLOADED");
    }

    @PostMapping("/orders/{id}/submit")
    Order submit(@PathVariable UUID id) {
        return moved(id, orders.submit(id), "SUBMITTED");
    }

    private Order moved(UUID id, boolean done, String status) {
        Order order = get(id);
        if (!done) {
            throw new ResponseStatusException(
                    HttpStatus.CONFLICT, "order " + id + " is " + order.status() + ", it cannot become " + status);
        }
        log.info("order {} is {}", id, status);
        return order;
    }
}
