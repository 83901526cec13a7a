package com.alexandrite.crm;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

/** Every change names the status that it starts from, so a message that comes twice or late changes nothing. */
@Repository
class OrderRepository {
    private static final RowMapper<Order> ORDER = new DataClassRowMapper<>(Order.class);
    private static final String SELECT = "SELECT id, item_id, material, quantity, status, file_key, price_cents, reason, "
            + "price_requested_at IS NOT NULL AS price_requested FROM orders ";

    private final JdbcTemplate jdbc;

    OrderRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<Order> withStatus(String status) {
        return jdbc.query(SELECT + "WHERE status = ? ORDER BY created_at DESC LIMIT 100", ORDER, status);
    }

    Optional<Order> find(UUID id) {
        return jdbc.query(SELECT + "WHERE id = ?", ORDER, id).stream().findFirst();
    }

    boolean priceRequested(UUID id) {
        return jdbc.update(
                        "UPDATE orders SET price_requested_at = now(), updated_at = now() "
                                + "WHERE id = ? AND status = 'SUBMITTED'",
                        id)
                == 1;
    }

    boolean priced(UUID id, long cents) {
        return jdbc.update(
                        "UPDATE orders SET status = 'PRICE_CALCULATED', price_cents = ?, updated_at = now() "
                                + "WHERE id = ? AND status = 'SUBMITTED'",
                        cents,
                        id)
                == 1;
    }

    boolean move(UUID id, String from, String to, String reason) {
        return jdbc.update(
                        "UPDATE orders SET status = ?, reason = ?, updated_at = now() WHERE id = ? AND status = ?",
                        to,
                        reason,
                        id,
                        from)
                == 1;
    }
}
