"use strict";

const { Pool } = require("pg");

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    id          uuid PRIMARY KEY,
    status      text        NOT NULL,
    material    text        NOT NULL,
    quantity    integer     NOT NULL,
    file_key    text        NOT NULL,
    triangles   integer,
    price_cents bigint,
    reason      text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS orders_status ON orders (status, created_at);
`;

const columns = `id, status, material, quantity, triangles, price_cents AS "priceCents", reason`;

/** MES's view of the orders. */
exports.openDatabase = ({ url, user, password }, onError) => {
  // The URL's own parameters decide on TLS; user and password stay out of it, so that it may be logged and shown.
  const address = new URL(url);
  address.username = encodeURIComponent(user);
  address.password = encodeURIComponent(password);
  const pool = new Pool({ connectionString: address.href, max: 5, connectionTimeoutMillis: 5000 });
  // An idle connection that the server closes is not a reason to end: the next query opens another one.
  pool.on("error", onError);

  const orders = (client) => ({
    /** Takes an order in; a repeated request starts it anew unless it went on already. */
    async receive({ orderId, material, quantity, fileKey }) {
      await client.query(
        `INSERT INTO orders (id, status, material, quantity, file_key) VALUES ($1, 'SUBMITTED', $2, $3, $4)
         ON CONFLICT (id) DO NOTHING`,
        [orderId, material, quantity, fileKey],
      );
    },
    async priced(orderId, triangles, priceCents) {
      await client.query(
        `UPDATE orders SET status = 'PRICE_CALCULATED', triangles = $2, price_cents = $3, updated_at = now()
         WHERE id = $1 AND status = 'SUBMITTED'`,
        [orderId, triangles, priceCents],
      );
    },
    /** @returns whether the order was in `from`. */
    async move(orderId, from, to, reason = null) {
      const { rowCount } = await client.query(
        `UPDATE orders SET status = $3, reason = $4, updated_at = now() WHERE id = $1 AND status = $2`,
        [orderId, from, to, reason],
      );
      return rowCount === 1;
    },
    async find(orderId) {
      const { rows } = await client.query(`SELECT ${columns} FROM orders WHERE id = $1`, [orderId]);
      return rows[0];
    },
    async list(status) {
      const { rows } = await client.query(
        `SELECT ${columns} FROM orders WHERE $1::text IS NULL OR status = $1 ORDER BY created_at DESC LIMIT 100`,
        [status ?? null],
      );
      return rows;
    },
  });

  return {
    ...orders(pool),
    migrate: () => pool.query(schema),
    check: () => pool.query("SELECT 1"),
    close: () => pool.end(),
    /** Runs `work` in one transaction; an error rolls back. */
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        const result = await work(orders(client));
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => {});
        throw error;
      } finally {
        client.release();
      }
    },
  };
};
