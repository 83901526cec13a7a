import * as pulumi from "@pulumi/pulumi";
import { ElasticstackResource } from "./utilities.ts";

/** What a role may do with some indices. */
export interface RoleIndex {
  /** Index or alias names, with `*`. */
  names: pulumi.Input<pulumi.Input<string>[]>;
  /** For example `read`, `index`, `view_index_metadata`. */
  privileges: pulumi.Input<pulumi.Input<string>[]>;
}

export interface ElasticsearchSecurityRoleArgs {
  /** A change replaces the resource. */
  name: pulumi.Input<string>;
  description?: pulumi.Input<string>;
  /** Privileges on the cluster, for example `monitor`. */
  clusters?: pulumi.Input<pulumi.Input<string>[]>;
  indices?: pulumi.Input<pulumi.Input<RoleIndex>[]>;
  /** Users that owners of the role may act as. */
  runAs?: pulumi.Input<pulumi.Input<string>[]>;
  /** JSON object, free. */
  metadata?: pulumi.Input<string>;
}

/** A role of the native realm. */
export class ElasticsearchSecurityRole extends ElasticstackResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string | undefined>;
  declare readonly clusters: pulumi.Output<string[] | undefined>;
  declare readonly indices: pulumi.Output<pulumi.Unwrap<RoleIndex>[] | undefined>;
  declare readonly runAs: pulumi.Output<string[] | undefined>;
  declare readonly metadata: pulumi.Output<string>;

  constructor(name: string, args: ElasticsearchSecurityRoleArgs, opts?: pulumi.CustomResourceOptions) {
    super("ElasticsearchSecurityRole", name, args, ["metadata"], opts);
  }
}

export interface ElasticsearchSecurityUserArgs {
  /** A change replaces the resource. */
  username: pulumi.Input<string>;
  roles: pulumi.Input<pulumi.Input<string>[]>;
  /** Hash of the first password, in the cluster's algorithm (bcrypt by default). Elasticsearch never gives it back. */
  passwordHash?: pulumi.Input<string>;
  /** Default true. */
  enabled?: pulumi.Input<boolean>;
  fullName?: pulumi.Input<string>;
  email?: pulumi.Input<string>;
  /** JSON object, free. */
  metadata?: pulumi.Input<string>;
}

/** A user of the native realm. */
export class ElasticsearchSecurityUser extends ElasticstackResource {
  declare readonly username: pulumi.Output<string>;
  declare readonly roles: pulumi.Output<string[]>;
  declare readonly passwordHash: pulumi.Output<string | undefined>;
  declare readonly enabled: pulumi.Output<boolean>;
  declare readonly fullName: pulumi.Output<string>;
  declare readonly email: pulumi.Output<string>;
  /** Absent when it is not given, other than that of a role. */
  declare readonly metadata: pulumi.Output<string | undefined>;

  constructor(name: string, args: ElasticsearchSecurityUserArgs, opts?: pulumi.CustomResourceOptions) {
    const passwordHash = args.passwordHash === undefined ? undefined : pulumi.secret(args.passwordHash);
    super("ElasticsearchSecurityUser", name, { ...args, passwordHash }, ["enabled", "fullName", "email"], {
      ...opts,
      additionalSecretOutputs: [...(opts?.additionalSecretOutputs ?? []), "passwordHash"],
    });
  }
}
