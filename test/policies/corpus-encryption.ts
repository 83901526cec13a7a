import { inConfigMap, other, type Case } from "./case.ts";

const said = (policy: string, key: string, good: string, bad: string, says: string): Case =>
  inConfigMap(policy, `${key}: ${bad}`, key, good, bad, says);
const plain = (good: string, bad: string): Case => said("encryption-plain-endpoint", "url", good, bad, "not encrypted");
const switched = (key: string, good: string, bad: string): Case =>
  said("encryption-plain-endpoint", key, good, bad, "encryption on");
const unchecked = (key: string, good: string, bad: string): Case =>
  said("encryption-verification", key, good, bad, "checked");

const deployment = {
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x", namespace: "tracing" } },
  spec: { template: { spec: { containers: [{ name: "c", image: "x:1.0.0", command: ["curl", "https://es:9200"] }] } } },
};
const command = (defect: string, words: string[]): Case =>
  other(
    "encryption-verification",
    defect,
    "kubernetes:apps/v1:Deployment",
    deployment,
    ["spec", "template", "spec", "containers", 0, "command"],
    words,
    "tells a program",
  );

/** How people leave out encryption, by address, by option, by switch and by program. */
export const encryption: readonly Case[] = [
  plain("tcp://127.0.0.1:9000", "tcp://clickhouse:9000"),
  plain("tcp://clickhouse:9440?secure=true&compress=lz4", "tcp://clickhouse:9440?compress=lz4"),
  plain("clickhouse://ch:9440/traces?secure=true", "clickhouse://ch:9000/traces?secure=false"),
  plain("amqps://mq:5671", "amqp://mq:5672"),
  plain("rediss://cache:6379", "redis://cache:6379"),
  plain("mongodb://db/x?tls=true", "mongodb://db/x"),
  plain("mongodb+srv://db/x", "mongodb://db/x?ssl=false"),
  plain("mysql://db/x?ssl-mode=VERIFY_IDENTITY", "mysql://db/x"),
  plain("jdbc:mysql://db/x?sslMode=REQUIRED", "jdbc:mysql://db/x?useSSL=false"),
  plain("jdbc:sqlserver://db;encrypt=true", "jdbc:sqlserver://db;encrypt=false"),
  plain("host=db sslmode=verify-full", "host=db user=x sslmode=disable"),
  plain("wss://opamp", "ws://opamp:4320/v1/opamp"),
  plain("ldaps://dir", "ldap://dir:389"),
  plain("pulsar+ssl://p:6651", "pulsar://p:6650"),
  plain("SASL_SSL://k:9093", "PLAINTEXT://k:9092"),
  plain("nats+tls://n", "nats://n:4222"),
  plain("https://git.example", "git://git.example/x"),
  switched("PGSSLMODE", "verify-full", "disable"),
  switched("spring.kafka.security.protocol", "SSL", "PLAINTEXT"),
  switched("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "SASL_PLAINTEXT"),
  switched("server.ssl.enabled", "true", "false"),
  unchecked("NODE_TLS_REJECT_UNAUTHORIZED", "1", "0"),
  unchecked("PYTHONHTTPSVERIFY", "1", "0"),
  unchecked("GIT_SSL_NO_VERIFY", "false", "true"),
  unchecked("VAULT_SKIP_VERIFY", "false", "true"),
  unchecked("ssl.endpoint.identification.algorithm", "https", ""),
  unchecked("verify_certs", "true", "false"),
  unchecked("ssl_verify", "on", "off"),
  unchecked("trustServerCertificate", "false", "true"),
  command("curl in words", ["curl", "-sk", "https://es:9200"]),
  command("curl in a script", ["sh", "-c", "curl --insecure https://es:9200"]),
  command("wget", ["wget", "--no-check-certificate", "https://es:9200"]),
  said("encryption-tls-version", "ssl-protocols", "TLSv1.2 TLSv1.3", "TLSv1 TLSv1.1 TLSv1.2", "write 1.2 or 1.3"),
  said(
    "encryption-tls-version",
    "ssl-ciphers",
    "ECDHE-RSA-AES256-GCM-SHA384:!aNULL:!MD5",
    "HIGH:RC4-SHA",
    "can be broken",
  ),
];
