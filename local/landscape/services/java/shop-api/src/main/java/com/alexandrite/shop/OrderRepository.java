package com.alexandrite.shop;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class OrderRepository {
    private static final RowMapper<Order> ORDER = new DataClassRowMapper<>(Order.class);
    private static final String SELECT =
            "SELECT o.id, o.item_id, o.material, o.quantity, o.status, o.file_key, o.price_cents FROM orders o ";

    private final JdbcTemplate jdbc;

    OrderRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<Item> items() {
        return jdbc.query("SELECT id, name FROM items ORDER BY id", new DataClassRowMapper<>(Item.class));
    }

    @Transactional
    public void create(UUID id, NewOrder order) {
        Long customer = jdbc.queryForObject(
                "INSERT INTO customers (name, email) VALUES (?, ?) "
                        + "ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id",
                Long.class,
                order.customer().name(),
                order.customer().email());
        jdbc.update(
                "INSERT INTO orders (id, customer_id, item_id, material, quantity, status) "
                        + "VALUES (?, ?, ?, ?, ?, 'INITIATED')",
                id,
                customer,
                order.itemId(),
                order.material(),
                order.quantity());
    }

    Optional<Order> find(UUID id) {
        return jdbc.query(SELECT + "WHERE o.id = ?", ORDER, id).stream().findFirst();
    }

    List<Order> ofCustomer(String email) {
        return jdbc.query(
                SELECT + "JOIN customers c ON c.id = o.customer_id WHERE c.email = ? ORDER BY o.created_at DESC LIMIT 50",
                ORDER,
                email);
    }

    boolean fileUploaded(UUID id, String fileKey) {
        return jdbc.update(
                        "UPDATE orders SET status = 'FILE_UPLOADED', file_key = ?, updated_at = now() "
                                + "WHERE id = ? AND status IN ('INITIATED', 'FILE_UPLOADED')",
                        fileKey,
                        id)
                == 1;
    }

    boolean submit(UUID id) {
        return jdbc.update(
                        "UPDATE orders SET status = 'SUBMITTED', updated_at = now() "
                                + "WHERE id = ? AND status = 'FILE_UPLOADED'",
                        id)
                == 1;
    }
}
