import * as pulumi from "@pulumi/pulumi";
import { packageReference, withVersion } from "./utilities.ts";

/** How the provider reaches Elasticsearch. User and password come from the environment of the run. */
export interface ProviderElasticsearch {
  /** URLs with scheme and port. `ELASTICSEARCH_ENDPOINTS`, separated by commas, overrides them. */
  endpoints?: pulumi.Input<pulumi.Input<string>[]>;
  /** Path of a PEM file with the CA of the servers. Excludes `caData`. */
  caFile?: pulumi.Input<string>;
  /** PEM text of the CA of the servers. Excludes `caFile`. */
  caData?: pulumi.Input<string>;
}

export interface ProviderArgs {
  /**
   * At most one. A list, because the bridge sees a block without a limit: under the name `elasticsearch` the plugin takes
   * the value, says nothing and has no connection.
   */
  elasticsearches?: pulumi.Input<pulumi.Input<ProviderElasticsearch>[]>;
}

/** One Elasticsearch cluster. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    // The engine keeps provider settings as text: nested ones travel as JSON, as in every bridged provider.
    const elasticsearches = pulumi.output(args.elasticsearches).apply((settings) => JSON.stringify(settings));
    super("elasticstack", name, { elasticsearches }, withVersion(opts), false, packageReference());
  }
}
