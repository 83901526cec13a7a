import * as pulumi from "@pulumi/pulumi";
import { packageReference, withVersion } from "./utilities.ts";

/** How the provider reaches Elasticsearch. User and password come from the environment of the run. */
export interface ProviderElasticsearch {
  /** URLs with scheme and port. Default: `ELASTICSEARCH_ENDPOINTS`, separated by commas. */
  endpoints?: pulumi.Input<pulumi.Input<string>[]>;
  /** Path of a PEM file with the CA of the servers. Excludes `caData`. */
  caFile?: pulumi.Input<string>;
  /** PEM text of the CA of the servers. Excludes `caFile`. */
  caData?: pulumi.Input<string>;
}

export interface ProviderArgs {
  elasticsearch?: pulumi.Input<ProviderElasticsearch>;
}

/** One Elasticsearch cluster. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    // The engine keeps provider settings as text: nested ones travel as JSON, as in every bridged provider.
    const elasticsearch = pulumi.output(args.elasticsearch).apply((settings) => JSON.stringify(settings));
    super("elasticstack", name, { elasticsearch }, withVersion(opts), false, packageReference());
  }
}
