/**
 * Stand-in for the Terraform provider `elasticstack` 0.16.3 behind Pulumi's `terraform-provider` plugin, both of which
 * come from the internet only: the same types and names for the resources that the stack uses, against the real
 * Elasticsearch. For the local environment alone.
 */
import { serveProvider } from "../provider-server.ts";
import { ElasticsearchClient, connectionSchema } from "./client.ts";
import { index } from "./index-resource.ts";
import { lifecycle } from "./lifecycle.ts";
import { role, user } from "./security.ts";
import { componentTemplate, indexTemplate } from "./templates.ts";

const token = (type: string): string => `elasticstack:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;

await serveProvider({
  name: "elasticstack",
  version: "0.16.3",
  pluginVersion: "1.1.3",
  settings: {
    elasticsearch: { schema: connectionSchema.optional() },
  },
  connect: (settings) => new ElasticsearchClient(settings["elasticsearch"]),
  resources: {
    [token("ElasticsearchComponentTemplate")]: componentTemplate,
    [token("ElasticsearchIndexTemplate")]: indexTemplate,
    [token("ElasticsearchIndex")]: index,
    [token("ElasticsearchIndexLifecycle")]: lifecycle,
    [token("ElasticsearchSecurityRole")]: role,
    [token("ElasticsearchSecurityUser")]: user,
  },
});
