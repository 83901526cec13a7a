import { z } from "zod";
import { images, type ImageName } from "./versions.ts";
import { contradictions } from "./contradictions.ts";
import { explain } from "./explain.ts";
import { edgeId, runtimes, type Catalogue } from "./model.ts";
import { privacy } from "./privacy.ts";
import { SettingsError } from "./settings-error.ts";

/** The prefix of this project's keys in `Pulumi.<stack>.yaml`. */
export const project = "order-tracing";

/** The company's own landscape, see `config/catalogue.ts`. */
export const companyCatalogue = "config/catalogue.ts";

const percent = z.number().min(0).max(100);
const httpsUrl = z.url({ protocol: /^https$/, error: "must be an https:// address" });
/** Shorter prefixes are no VPN: 0.0.0.0/1 and 128.0.0.0/1 together are the whole internet. IPv6's private range is a /7. */
const shortestPrefix = { v4: 8, v6: 7 };
const cidr = z
  .union([z.cidrv4(), z.cidrv6()], { error: "must be an address range in CIDR form" })
  .refine((range) => Number(range.split("/")[1]) >= shortestPrefix[range.includes(":") ? "v6" : "v4"], {
    error: "is the whole internet, or much of it, not a VPN range",
  });

/** A partial record over known keys: an unknown key is refused with the list of the known ones. */
function recordOf<K extends string, T extends z.ZodType>(keys: readonly K[], value: T) {
  const shape = Object.fromEntries(keys.map((key) => [key, value.optional()])) as Record<K, z.ZodOptional<T>>;
  return z.strictObject(shape);
}

const managedElasticsearch = z.strictObject({
  /** The stack runs Elasticsearch itself, in its own namespace. */
  mode: z.literal("managed"),
  /** JVM heap of the node, MiB. The pod gets twice as much memory. */
  heapMib: z.number().int().min(256).max(31_000).default(1024),
  /** Size of the data volume, GiB. */
  storageGib: z.number().int().min(1).default(50),
  /**
   * A way to this Elasticsearch from outside of the cluster, by an internal load balancer: for the engine, which makes
   * users and templates, and for Vault, which sets passwords. Needed unless both are inside of the cluster.
   */
  publish: z
    .strictObject({
      /** DNS name of the load balancer. The certificate carries it; external-dns makes it where there is one. */
      host: z.hostname("must be a host name"),
      /** Address ranges of Vault's servers and of the machines that run `pulumi up`: nobody else is let in. */
      ranges: z.array(cidr).min(1),
      /** Further annotations of the Service. Those that make a load balancer internal on AWS, Azure and Google are set. */
      annotations: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  /** False only for a distribution without index lifecycle management (the local image): then nothing is rolled over or deleted by itself. */
  lifecycle: z.boolean().default(true),
});

const externalElasticsearch = z.strictObject({
  /** The company's own cluster. */
  mode: z.literal("external"),
  endpoint: httpsUrl,
  /** PEM file with the CA of its certificate. */
  caFile: z.string().min(1),
  lifecycle: z.boolean().default(true),
});

const service = z.strictObject({
  /** False takes the service out: its Deployment is left as it was, its edges are no longer required. Default true. */
  enabled: z.boolean().optional(),
  runtime: z.enum(runtimes).optional(),
  namespace: z.string().min(1).optional(),
  deployment: z.string().min(1).optional(),
  container: z.string().min(1).optional(),
  serviceAccount: z.string().min(1).optional(),
});

/**
 * Everything that a stack may set, with its defaults. Keys of `Pulumi.<stack>.yaml`, without the project's prefix.
 *
 * @param catalogue the landscape whose services and edges the settings may name.
 */
export function settingsSchema(catalogue: Catalogue) {
  const serviceIds = Object.keys(catalogue.services).sort();
  const edge = z.enum(catalogue.edges.map(edgeId));
  return z.strictObject({
    /** File with the landscape, from the project's root. Default: the company's. */
    catalogueFile: z.string().min(1).default(companyCatalogue),
    access: z.strictObject({
      /** Address ranges of the corporate VPN: the only ones that reach Jaeger. */
      vpnRanges: z.array(cidr).min(1),
    }),
    cluster: z.strictObject({
      /** The kubeconfig to use where the environment has no KUBECONFIG. Default: the user's own. */
      kubeconfigFile: z.string().min(1).optional(),
      /** Context of the kubeconfig to use. Default: the current one. */
      context: z.string().min(1).optional(),
      /** `iss` of the cluster's service-account tokens. */
      serviceAccountIssuer: httpsUrl.default("https://kubernetes.default.svc.cluster.local"),
      /** File with the public keys by which those tokens are verified: the answer of `kubectl get --raw /openid/v1/jwks`, or one key as PEM. Not secret. */
      serviceAccountKeysFile: z.string().min(1),
    }),
    vault: z.strictObject({
      address: httpsUrl,
      /** PEM file with the CA of Vault's own certificate. */
      caFile: z.string().min(1),
      /** Where Vault's own servers hold the CA of Elasticsearch's certificate. Default: their system's CAs. */
      elasticsearchCaPath: z.string().min(1).optional(),
      /** The company's KV version 2 mount. */
      kvMount: z.string().min(1).default("secret"),
      /** The company's PKI mount: it signs the stack's intermediate CA. */
      pkiMount: z.string().min(1).default("pki"),
    }),
    elasticsearch: z.discriminatedUnion("mode", [managedElasticsearch, externalElasticsearch]),
    /** Days for which traces are kept. */
    retentionDays: z.number().int().min(1).max(365),
    sampling: z
      .strictObject({
        /** Share of ordinary traces that is kept, percent. Errors and slow traces are always kept. */
        percent: percent.default(100),
        /** A trace that lasts longer is kept, milliseconds. */
        slowMs: z.number().int().min(1).default(2000),
        /** The share for single services, percent. */
        services: recordOf(serviceIds, percent).default({}),
      })
      .prefault({}),
    services: recordOf(serviceIds, service).default({}),
    privacy,
    replicas: z
      .strictObject({
        gateway: z.number().int().min(1).default(2),
        sampler: z.number().int().min(1).default(2),
        jaegerCollector: z.number().int().min(1).default(2),
        jaegerQuery: z.number().int().min(1).default(1),
      })
      .prefault({}),
    proof: z
      .strictObject({
        /** Optional edges of the catalogue that this stack demands. */
        required: z.array(edge).default([]),
        /** How far back the proof looks for spans, minutes. */
        lookbackMinutes: z.number().int().min(1).default(60),
      })
      .prefault({}),
    images: z
      .strictObject({
        /** Registry that mirrors all images, put before their names. */
        registry: z.string().min(1).optional(),
        /** Other images than those of `config/versions.ts`. */
        overrides: recordOf(Object.keys(images) as ImageName[], z.string().regex(/:[^:/]+$/, "needs a tag")).default(
          {},
        ),
      })
      .prefault({}),
  });
}

/** The settings of one stack: checked, with defaults. */
export type Settings = z.infer<ReturnType<typeof settingsSchema>>;

/**
 * Checks the settings of a stack.
 *
 * @param catalogue the landscape that the stack is about.
 * @param stack name of the stack, for messages.
 * @param raw values by key, without the project's prefix, as read from `Pulumi.<stack>.yaml`.
 * @throws SettingsError naming all that is wrong at once.
 */
export function parseSettings(catalogue: Catalogue, stack: string, raw: Record<string, unknown>): Settings {
  const schema = settingsSchema(catalogue);
  const result = schema.safeParse(raw);
  const problems = result.success
    ? contradictions(catalogue, result.data)
    : result.error.issues.flatMap((issue) => explain(issue, schema, raw));
  if (result.success && problems.length === 0) return result.data;
  throw new SettingsError(
    [`Pulumi.${stack}.yaml: ${problems.length} setting(s) cannot be used.`, ...problems].join("\n\n"),
  );
}

/** The image to deploy: the pinned one or the stack's own, behind the mirror if there is one. */
export function imageOf(settings: Pick<Settings, "images">, name: ImageName): string {
  const image = settings.images.overrides[name] ?? images[name];
  return settings.images.registry ? `${settings.images.registry}/${image}` : image;
}
