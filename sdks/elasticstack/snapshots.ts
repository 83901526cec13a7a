import type * as pulumi from "@pulumi/pulumi";
import { ElasticstackResource } from "./utilities.ts";

/** A repository in an S3 bucket. Keys are the nodes' own, of their client of that name. */
export interface S3Repository {
  bucket: pulumi.Input<string>;
  /** Path in the bucket. */
  basePath?: pulumi.Input<string>;
  /** Name of the nodes' settings `s3.client.<name>.*`. Default `default`. */
  client?: pulumi.Input<string>;
  /** Default false. */
  serverSideEncryption?: pulumi.Input<boolean>;
  /** Default false: snapshots can be made. */
  readonly?: pulumi.Input<boolean>;
  /** For example `40mb`, of each node. */
  maxSnapshotBytesPerSec?: pulumi.Input<string>;
  maxRestoreBytesPerSec?: pulumi.Input<string>;
}

export interface ElasticsearchSnapshotRepositoryArgs {
  /** A change replaces the repository. What is in the bucket stays. */
  name: pulumi.Input<string>;
  /** Of the kinds that there are, the one that this project uses. */
  s3: pulumi.Input<S3Repository>;
  /** Every node tries to write to it at once. Default true. */
  verify?: pulumi.Input<boolean>;
}

/** A place for snapshots. */
export class ElasticsearchSnapshotRepository extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly s3: pulumi.Output<pulumi.Unwrap<S3Repository> | undefined>;
  declare readonly verify: pulumi.Output<boolean>;

  constructor(name: string, args: ElasticsearchSnapshotRepositoryArgs, opts?: pulumi.CustomResourceOptions) {
    super("ElasticsearchSnapshotRepository", name, args, ["verify"], opts);
  }
}

export interface ElasticsearchSnapshotLifecycleArgs {
  /** A change replaces the policy. */
  name: pulumi.Input<string>;
  /** Name of the repository. */
  repository: pulumi.Input<string>;
  /** Elasticsearch's form of cron, UTC, for example `0 30 1 * * ?`. */
  schedule: pulumi.Input<string>;
  /** May hold date math. Default `<snap-{now/d}>`. */
  snapshotName?: pulumi.Input<string>;
  indices?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default `open,hidden`. */
  expandWildcards?: pulumi.Input<string>;
  featureStates?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default true. */
  includeGlobalState?: pulumi.Input<boolean>;
  /** Default false: an index that is closed or missing fails the snapshot. */
  ignoreUnavailable?: pulumi.Input<boolean>;
  /** Default false: a shard that is away fails the snapshot. */
  partial?: pulumi.Input<boolean>;
  /** For example `7d`. */
  expireAfter?: pulumi.Input<string>;
  maxCount?: pulumi.Input<number>;
  /** So many are kept although they have expired. */
  minCount?: pulumi.Input<number>;
}

/** When snapshots are made and deleted. */
export class ElasticsearchSnapshotLifecycle extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly repository: pulumi.Output<string>;
  declare readonly schedule: pulumi.Output<string>;
  declare readonly snapshotName: pulumi.Output<string>;
  declare readonly indices: pulumi.Output<string[]>;
  declare readonly expandWildcards: pulumi.Output<string>;
  declare readonly featureStates: pulumi.Output<string[]>;
  declare readonly includeGlobalState: pulumi.Output<boolean>;
  declare readonly ignoreUnavailable: pulumi.Output<boolean>;
  declare readonly partial: pulumi.Output<boolean>;
  declare readonly expireAfter: pulumi.Output<string | undefined>;
  declare readonly maxCount: pulumi.Output<number | undefined>;
  declare readonly minCount: pulumi.Output<number | undefined>;

  constructor(name: string, args: ElasticsearchSnapshotLifecycleArgs, opts?: pulumi.CustomResourceOptions) {
    const computed = [
      ...["snapshotName", "indices", "expandWildcards", "featureStates", "includeGlobalState", "ignoreUnavailable"],
      "partial",
    ];
    super("ElasticsearchSnapshotLifecycle", name, args, computed, opts);
  }
}
