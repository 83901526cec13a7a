/**
 * Stand-in for the Terraform provider `elasticstack` behind Pulumi's `terraform-provider` plugin, both of which
 * come from the internet only: the same types and names for the resources that the stack uses, against the real
 * Elasticsearch. For the local environment alone.
 */
import { z } from "zod";
import manifest from "../../../sdks/elasticstack/package.json" with { type: "json" };
import { serveProvider } from "../provider-server.ts";
import { ElasticsearchClient, connectionsSchema } from "./client.ts";
import { index } from "./index-resource.ts";
import { lifecycle } from "./lifecycle.ts";
import { role, user } from "./security.ts";
import { snapshotLifecycle, snapshotRepository } from "./snapshots.ts";
import { componentTemplate, indexTemplate } from "./templates.ts";

const token = (type: string): string => `elasticstack:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;

const { version, pulumi } = manifest;
/** What the SDK's package.json says, decoded. The engine's own idea of the version is not always the package's. */
const parameter = z.object({ remote: z.object({ url: z.string(), version: z.string() }) });

await serveProvider({
  name: "elasticstack",
  version,
  pluginVersion: pulumi.version,
  parameter: (value) => {
    const { remote } = parameter.parse(JSON.parse(value));
    if (remote.url.endsWith("/elastic/elasticstack") && remote.version === version) return;
    throw new Error(`the local stand-in is elastic/elasticstack ${version}, not ${remote.url} ${remote.version}`);
  },
  settings: {
    elasticsearches: { schema: connectionsSchema.optional() },
    // The block's name in Terraform. The plugin accepts it, drops it and so has no connection; this one does the same.
    elasticsearch: { schema: z.unknown().optional() },
  },
  connect: (settings) => new ElasticsearchClient(settings["elasticsearches"]),
  resources: {
    [token("ElasticsearchComponentTemplate")]: componentTemplate,
    [token("ElasticsearchIndexTemplate")]: indexTemplate,
    [token("ElasticsearchIndex")]: index,
    [token("ElasticsearchIndexLifecycle")]: lifecycle,
    [token("ElasticsearchSnapshotRepository")]: snapshotRepository,
    [token("ElasticsearchSnapshotLifecycle")]: snapshotLifecycle,
    [token("ElasticsearchSecurityRole")]: role,
    [token("ElasticsearchSecurityUser")]: user,
  },
});
