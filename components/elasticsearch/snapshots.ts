import type { Context } from "../../config/context.ts";
import type { Settings } from "../../config/settings.ts";
import type { EgressFlow } from "../kubernetes/network-policy.ts";
import { tokenVolume } from "../kubernetes/pod.ts";
import { hostFlows } from "../kubernetes/workload-plan.ts";
import { snapshotKey, vaultPaths } from "../vault/paths.ts";
import type { SecretFile } from "../vault/vault-agent.ts";
import { storeNames } from "./names.ts";

type Managed = Extract<Settings["elasticsearch"], { mode: "managed" }>;
type Snapshots = NonNullable<Managed["snapshots"]>;
type SnapshotContext = Pick<Context, "stack" | "settings">;

/** File with the key, in the configuration folder: its name, then its secret, a line each. */
const keyFile = "s3-key";
/** Elasticsearch's client for S3 of this name is the one that repositories take. */
const client = "s3.client.default";
/** The one place where Elasticsearch reads a token for Amazon, below its configuration folder. */
const tokenLink = "repository-s3/aws-web-identity-token-file";
const tokenDir = "/var/run/aws";
const audience = "sts.amazonaws.com";

const snapshotsOf = ({ elasticsearch }: Pick<Settings, "elasticsearch">): Snapshots | undefined =>
  elasticsearch.mode === "managed" ? elasticsearch.snapshots : undefined;

/** Settings of a node, without a secret: how the store of snapshots is reached. TLS is the default. */
export function snapshotClient(settings: Settings): Record<string, unknown> {
  const snapshots = snapshotsOf(settings);
  if (!snapshots) return {};
  const { region, endpoint } = snapshots;
  return {
    [`${client}.region`]: region,
    // Others than Amazon have no host name for every bucket.
    ...(endpoint !== undefined && { [`${client}.endpoint`]: endpoint, [`${client}.path_style_access`]: true }),
  };
}

/** What the engine's user needs for it. A policy makes snapshots with the rights of who made the policy. */
export function snapshotPrivileges(settings: Settings): string[] {
  if (!snapshotsOf(settings)) return [];
  const repository = ["get", "put", "verify", "delete"].map((action) => `cluster:admin/repository/${action}`);
  return ["create_snapshot", "manage_slm", ...repository];
}

/** The key, as Vault Agent writes it. */
export function snapshotFiles(context: SnapshotContext): SecretFile[] {
  const snapshots = snapshotsOf(context.settings);
  if (!snapshots || snapshots.roleArn !== undefined) return [];
  const path = vaultPaths(context).kv(snapshotKey);
  return [
    {
      kind: "template",
      file: keyFile,
      contents: `{{ with secret "${path}" }}{{ .Data.data.access_key }}\n{{ .Data.data.secret_key }}\n{{ end }}`,
      reads: [path],
    },
  ];
}

/**
 * Shell commands before a node starts, each ended by `&&`. A secret setting is read from Elasticsearch's keystore only, so the key
 * goes from its file into that one: by standard input, as arguments are seen by others, and in the memory volume that the
 * configuration folder is.
 */
export function beforeStart(settings: Settings, home: string): string {
  const snapshots = snapshotsOf(settings);
  if (!snapshots) return "";
  const config = `${home}/config`;
  return snapshots.roleArn === undefined
    ? `${home}/bin/elasticsearch-keystore add -x -f ${client}.access_key ${client}.secret_key < ${config}/${keyFile} && `
    : `mkdir -p ${config}/repository-s3 && ln -sf ${tokenDir}/token ${config}/${tokenLink} && `;
}

/** Token of the pod for Amazon, and where programs look for it. None where a key is used. */
export function webIdentity(settings: Settings) {
  const snapshots = snapshotsOf(settings);
  if (snapshots?.roleArn === undefined) return { env: [], volumes: [], mounts: [] };
  const env = {
    AWS_ROLE_ARN: snapshots.roleArn,
    AWS_WEB_IDENTITY_TOKEN_FILE: `${tokenDir}/token`,
    AWS_ROLE_SESSION_NAME: "elasticsearch",
    AWS_REGION: snapshots.region,
  };
  return {
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    volumes: [tokenVolume("aws-token", audience, 3600)],
    mounts: [{ name: "aws-token", mountPath: tokenDir, readOnly: true }],
  };
}

/** The ways to the store of snapshots, and to where a token is exchanged. */
export function snapshotFlows(settings: Settings): EgressFlow[] {
  const snapshots = snapshotsOf(settings);
  if (!snapshots) return [];
  const { region, endpoint = `https://s3.${region}.amazonaws.com`, ranges, roleArn } = snapshots;
  const exchange = roleArn === undefined ? [] : [`https://sts.${region}.amazonaws.com`];
  return hostFlows([endpoint, ...exchange], ranges);
}

/** Where snapshots go, and when they are made and deleted. Undefined: there are none. */
export function snapshotPlan(context: SnapshotContext) {
  const snapshots = snapshotsOf(context.settings);
  if (!snapshots) return undefined;
  const names = storeNames(context);
  const name = `tracing-${context.stack}`;
  const { bucket, basePath = `tracing/${context.stack}`, serverSideEncryption, schedule, keepDays } = snapshots;
  return {
    repository: { name, s3: { bucket, basePath, serverSideEncryption } },
    policy: {
      name,
      repository: name,
      schedule,
      snapshotName: "<tracing-{now/m{yyyy.MM.dd-HH.mm}}>",
      // Whatever begins like the stack's indices: also of a group that nobody thinks of any more.
      indices: [`${names.prefix("*")}-jaeger-*`, `${names.audit.indices}-*`],
      // Templates, roles and users are the program's to make. An old state of them would undo it.
      includeGlobalState: false,
      featureStates: ["none"],
      expireAfter: `${keepDays}d`,
    },
  };
}
