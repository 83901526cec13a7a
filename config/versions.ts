/**
 * Every version that the stack deploys, in one place. Images are given without a registry where the runtime's default
 * serves; `images.registry` in the stack settings puts a mirror in front of all of them.
 *
 * Jaeger's configuration follows the version in its image's tag: the local environment has an older one (see
 * `Pulumi.local.yaml`).
 */
export const images = {
  collector: "otel/opentelemetry-collector-contrib:0.158.0",
  jaeger: "jaegertracing/jaeger:2.19.0",
  oauth2Proxy: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
  vault: "hashicorp/vault:1.21.2",
  elasticsearch: "docker.elastic.co/elasticsearch/elasticsearch:8.19.16",
  autoinstrumentationJava: "ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-java:2.30.0",
  autoinstrumentationNodejs: "ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-nodejs:0.78.0",
  autoinstrumentationDotnet: "ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-dotnet:1.16.0",
} as const;

/** Name of an image that the stack deploys. */
export type ImageName = keyof typeof images;
