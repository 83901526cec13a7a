import type * as pulumi from "@pulumi/pulumi";
import { ElasticstackResource } from "./utilities.ts";

/** An alias that an index, or every index made from a template, gets. */
export interface Alias {
  name: pulumi.Input<string>;
  /** JSON: a query that limits what can be seen through the alias. */
  filter?: pulumi.Input<string>;
  /** Not seen by wildcards. Default false. */
  isHidden?: pulumi.Input<boolean>;
  /** Takes the writes of the alias. Default false. */
  isWriteIndex?: pulumi.Input<boolean>;
}

/** What an index made from the template starts with. */
export interface Template {
  aliases?: pulumi.Input<pulumi.Input<Alias>[]>;
  /** JSON object. */
  mappings?: pulumi.Input<string>;
  /** JSON object. */
  settings?: pulumi.Input<string>;
}

export interface ElasticsearchComponentTemplateArgs {
  /** A change replaces the resource. */
  name: pulumi.Input<string>;
  template?: pulumi.Input<Template>;
  /** JSON object, free. */
  metadata?: pulumi.Input<string>;
  version?: pulumi.Input<number>;
}

/** A part that index templates are composed of. */
export class ElasticsearchComponentTemplate extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly template: pulumi.Output<pulumi.Unwrap<Template> | undefined>;
  declare readonly metadata: pulumi.Output<string | undefined>;
  declare readonly version: pulumi.Output<number | undefined>;

  constructor(name: string, args: ElasticsearchComponentTemplateArgs, opts?: pulumi.CustomResourceOptions) {
    super("ElasticsearchComponentTemplate", name, args, [], opts);
  }
}

export interface ElasticsearchIndexTemplateArgs {
  /** A change replaces the resource. */
  name: pulumi.Input<string>;
  /** Names, with `*`, of the indices that it applies to. */
  indexPatterns: pulumi.Input<pulumi.Input<string>[]>;
  /** The highest one that matches wins. */
  priority?: pulumi.Input<number>;
  /** Names of component templates, the last one wins. */
  composedOfs?: pulumi.Input<pulumi.Input<string>[]>;
  /** Those of `composedOfs` that need not exist. */
  ignoreMissingComponentTemplates?: pulumi.Input<pulumi.Input<string>[]>;
  template?: pulumi.Input<Template>;
  /** May a write to a matching name make the index? Default: the cluster's `action.auto_create_index`. */
  allowAutoCreate?: pulumi.Input<boolean>;
  /** JSON object, free. */
  metadata?: pulumi.Input<string>;
  version?: pulumi.Input<number>;
}

/** Settings, mappings and aliases of every new index whose name matches. */
export class ElasticsearchIndexTemplate extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly indexPatterns: pulumi.Output<string[]>;
  declare readonly priority: pulumi.Output<number | undefined>;
  declare readonly composedOfs: pulumi.Output<string[]>;
  declare readonly ignoreMissingComponentTemplates: pulumi.Output<string[]>;
  declare readonly template: pulumi.Output<pulumi.Unwrap<Template> | undefined>;
  declare readonly allowAutoCreate: pulumi.Output<boolean | undefined>;
  declare readonly metadata: pulumi.Output<string | undefined>;
  declare readonly version: pulumi.Output<number | undefined>;

  constructor(name: string, args: ElasticsearchIndexTemplateArgs, opts?: pulumi.CustomResourceOptions) {
    super("ElasticsearchIndexTemplate", name, args, ["composedOfs", "ignoreMissingComponentTemplates"], opts);
  }
}
