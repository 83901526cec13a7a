-- The Shop DB, shared by shop-api (owner of this schema) and crm-api. Runs at every start of shop-api.
CREATE TABLE IF NOT EXISTS items (
    id   text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE IF NOT EXISTS customers (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  text NOT NULL,
    email text NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS orders (
    id                 uuid PRIMARY KEY,
    customer_id        bigint      NOT NULL REFERENCES customers,
    item_id            text        NOT NULL REFERENCES items,
    material           text        NOT NULL,
    quantity           integer     NOT NULL CHECK (quantity > 0),
    status             text        NOT NULL,
    file_key           text,
    price_cents        bigint,
    price_requested_at timestamptz,
    reason             text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS orders_status ON orders (status, created_at);

INSERT INTO items (id, name)
VALUES ('ring', 'Ring'), ('pendant', 'Pendant'), ('brooch', 'Brooch')
ON CONFLICT DO NOTHING;
