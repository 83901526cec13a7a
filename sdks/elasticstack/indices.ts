import type * as pulumi from "@pulumi/pulumi";
import type { Alias } from "./templates.ts";
import { ElasticstackResource } from "./utilities.ts";

export interface ElasticsearchIndexArgs {
  /** A change replaces the index, with all its documents. */
  name: pulumi.Input<string>;
  aliases?: pulumi.Input<pulumi.Input<Alias>[]>;
  /** JSON object. Fields can be added, but neither changed nor removed in place. */
  mappings?: pulumi.Input<string>;
  /** A change replaces the index. */
  numberOfShards?: pulumi.Input<number>;
  numberOfReplicas?: pulumi.Input<number>;
  /** For example `5s`. */
  refreshInterval?: pulumi.Input<string>;
  /**
   * Default true: deleting or replacing the index fails. The check looks at what was last applied, so `false` has to be
   * applied first, on its own.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /** Take over an index of this name at creation instead of failing. Default false. */
  useExisting?: pulumi.Input<boolean>;
  /** How long to wait for the master node. Default `30s`. */
  masterTimeout?: pulumi.Input<string>;
  /** How long to wait for an answer. Default `30s`. */
  timeout?: pulumi.Input<string>;
  /** Copies of a shard that have to be active before a write goes on: a number or `all`. Default `1`. */
  waitForActiveShards?: pulumi.Input<string>;
}

/** One index. */
export class ElasticsearchIndex extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly aliases: pulumi.Output<pulumi.Unwrap<Alias>[]>;
  declare readonly mappings: pulumi.Output<string>;
  declare readonly numberOfShards: pulumi.Output<number | undefined>;
  declare readonly numberOfReplicas: pulumi.Output<number | undefined>;
  declare readonly refreshInterval: pulumi.Output<string | undefined>;
  declare readonly deletionProtection: pulumi.Output<boolean>;
  declare readonly useExisting: pulumi.Output<boolean>;
  declare readonly masterTimeout: pulumi.Output<string>;
  declare readonly timeout: pulumi.Output<string>;
  declare readonly waitForActiveShards: pulumi.Output<string>;
  /** What `name` resolved to. */
  declare readonly concreteName: pulumi.Output<string>;
  /** JSON: all settings as the cluster reports them. */
  declare readonly settingsRaw: pulumi.Output<string>;

  constructor(name: string, args: ElasticsearchIndexArgs, opts?: pulumi.CustomResourceOptions) {
    const computed = [
      ...["aliases", "mappings", "deletionProtection", "useExisting", "masterTimeout", "timeout", "waitForActiveShards"],
      ...["concreteName", "settingsRaw"],
    ];
    super("ElasticsearchIndex", name, args, computed, opts);
  }
}

/** Starts a new index behind the alias as soon as one of the `max` conditions holds. */
export interface Rollover {
  /** For example `1d`. */
  maxAge?: pulumi.Input<string>;
  maxDocs?: pulumi.Input<number>;
  /** For example `50gb`. */
  maxSize?: pulumi.Input<string>;
  /** For example `25gb`. */
  maxPrimaryShardSize?: pulumi.Input<string>;
}

interface Phase {
  /** Age at which the phase begins, counted from the rollover. Default `0ms`. */
  minAge?: pulumi.Input<string>;
}

interface WritablePhase extends Phase {
  setPriority?: pulumi.Input<{ priority: pulumi.Input<number> }>;
  readonly?: pulumi.Input<{ enabled?: pulumi.Input<boolean> }>;
  forcemerge?: pulumi.Input<{ maxNumSegments: pulumi.Input<number> }>;
}

export interface HotPhase extends WritablePhase {
  rollover?: pulumi.Input<Rollover>;
}

export type WarmPhase = WritablePhase;

export interface DeletePhase extends Phase {
  /** The action itself; `{}` has the defaults. */
  delete?: pulumi.Input<{ deleteSearchableSnapshot?: pulumi.Input<boolean> }>;
}

export interface ElasticsearchIndexLifecycleArgs {
  /** A change replaces the resource. */
  name: pulumi.Input<string>;
  hot?: pulumi.Input<HotPhase>;
  warm?: pulumi.Input<WarmPhase>;
  delete?: pulumi.Input<DeletePhase>;
  /**
   * Takes the policy off the indices that use it before it is deleted. Without it Elasticsearch refuses to delete a policy
   * in use. The check looks at what was last applied. Default false.
   */
  forceDestroy?: pulumi.Input<boolean>;
  /** JSON object, free. */
  metadata?: pulumi.Input<string>;
}

/** When indices roll over, and when they are deleted. */
export class ElasticsearchIndexLifecycle extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly hot: pulumi.Output<pulumi.Unwrap<HotPhase> | undefined>;
  declare readonly warm: pulumi.Output<pulumi.Unwrap<WarmPhase> | undefined>;
  declare readonly delete: pulumi.Output<pulumi.Unwrap<DeletePhase> | undefined>;
  declare readonly forceDestroy: pulumi.Output<boolean>;
  declare readonly metadata: pulumi.Output<string | undefined>;
  /** When the policy was last changed, ISO 8601. */
  declare readonly modifiedDate: pulumi.Output<string>;

  constructor(name: string, args: ElasticsearchIndexLifecycleArgs, opts?: pulumi.CustomResourceOptions) {
    super("ElasticsearchIndexLifecycle", name, args, ["forceDestroy", "modifiedDate"], opts);
  }
}
