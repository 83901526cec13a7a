"use strict";

/** Settings from the environment; see services/README.md. Says which variable is missing, never what a secret is. */
function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; the table in services/README.md says what it means`);
  return value;
}

function number(name, fallback) {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`${name} must be a number >= 0, not "${process.env[name]}"`);
  return value;
}

exports.settings = () => ({
  port: number("PORT", 8080),
  db: { url: required("DB_URL"), user: required("DB_USER"), password: required("DB_PASSWORD") },
  broker: {
    protocol: process.env.RABBITMQ_TLS === "true" ? "amqps" : "amqp",
    hostname: required("RABBITMQ_HOST"),
    port: number("RABBITMQ_PORT", 5672),
    username: required("RABBITMQ_USER"),
    password: required("RABBITMQ_PASSWORD"),
    vhost: process.env.RABBITMQ_VHOST ?? "/",
    heartbeat: 15,
  },
  storage: {
    endpoint: required("S3_ENDPOINT"),
    accessKeyId: required("S3_ACCESS_KEY"),
    secretAccessKey: required("S3_SECRET_KEY"),
    bucket: process.env.S3_BUCKET ?? "order-files",
    region: process.env.S3_REGION ?? "us-east-1",
  },
  calculationMilliseconds: number("PRICE_CALCULATION_MILLISECONDS", 300),
  priceTimeoutSeconds: number("PRICE_TIMEOUT_SECONDS", 20),
});
