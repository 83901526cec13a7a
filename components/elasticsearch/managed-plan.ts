import type { Context } from "../../config/context.ts";
import { namespaceOfService } from "../../lib/cluster-address.ts";
import { imageOf, type Settings } from "../../config/settings.ts";
import {
  beforeStart,
  snapshotClient,
  snapshotFiles,
  snapshotFlows,
  snapshotPrivileges,
  webIdentity,
} from "./snapshots.ts";
import { anonymousRole, membership, nodeNames, startCommand, startupProbe } from "./nodes.ts";
import { resources, restrictedContainer } from "../kubernetes/pod.ts";
import type { WorkloadPlan } from "../kubernetes/workload-plan.ts";
import { renderYaml } from "../kubernetes/yaml.ts";
import {
  elasticsearchName,
  elasticsearchNodesName,
  jaegerCollectorName,
  jaegerQueryName,
  ports,
  serviceHost,
  storageGroups,
  viewNames,
} from "../../lib/names.ts";
import { generatedUsers, vaultPaths } from "../vault/paths.ts";
import { secretsVolume } from "../vault/vault-agent.ts";

/** User of the official image. */
const uid = 1000;
const home = "/usr/share/elasticsearch";
const sourceDir = "/etc/elasticsearch";
const writableDirs = { logs: `${home}/logs`, tmp: "/tmp" };

/** Rights of the users of the file realm. */
const roles = {
  // The engine: templates, lifecycle, roles, users and the first indices. It may not read documents.
  provisioner: {
    cluster: ["manage_index_templates", "manage_ilm", "manage_security", "monitor"],
    indices: [
      { names: ["*-jaeger-*", "*-tracing-audit-*"], privileges: ["create_index", "manage", "view_index_metadata"] },
    ],
  },
  // Vault's database engine: sets passwords.
  vault: { cluster: ["manage_security"] },
};

/**
 * Files of the configuration folder that hold no secret. All else of it comes from the image and from Vault: passwords
 * reach Elasticsearch as hashes in its file realm, so there is no superuser and no first password to change.
 */
function configuration(settings: Settings, nodes: number) {
  const { namespace } = settings.cluster;
  const tls = { enabled: true, key: "tls.key", certificate: "tls.crt", certificate_authorities: "ca.crt" };
  return {
    "elasticsearch.yml": renderYaml({
      "cluster.name": "tracing",
      "node.name": "${HOSTNAME}",
      ...membership(nodes, namespace),
      "network.host": "0.0.0.0",
      "http.port": ports.elasticsearch,
      "readiness.port": ports.elasticsearchReadiness,
      // Needs no kernel setting on the node.
      "node.store.allow_mmap": false,
      ...snapshotClient(settings),
      "xpack.security.enabled": true,
      "xpack.security.http.ssl": { ...tls, supported_protocols: ["TLSv1.3"] },
      "xpack.security.transport.ssl": { ...tls, verification_mode: "full" },
      "xpack.security.authc.realms.file.bootstrap.order": 0,
      "xpack.security.authc.realms.native.users.order": 1,
      "xpack.security.authc.reserved_realm.enabled": false,
      "action.destructive_requires_name": true,
      // A missing write alias must be an error: created as an index it could never be rolled over.
      "action.auto_create_index": "-*jaeger-*-write,-*-tracing-audit-write,+*",
    }),
    "roles.yml": renderYaml({
      ...roles,
      provisioner: { ...roles.provisioner, cluster: [...roles.provisioner.cluster, ...snapshotPrivileges(settings)] },
      ...(nodes > 1 && anonymousRole),
    }),
    users_roles: Object.keys(generatedUsers)
      .map((user) => `${user}:${user}\n`)
      .join(""),
  };
}

/** The nodes of Elasticsearch, with TLS and security on. */
export function managedElasticsearchPlan(context: Context): WorkloadPlan {
  const { settings, landscape } = context;
  if (settings.elasticsearch.mode !== "managed") throw new Error("Elasticsearch is external: nothing to plan");
  const { nodes, heapMib, storageGib, storageClass, publish } = settings.elasticsearch;
  const { namespace } = settings.cluster;
  const host = serviceHost(elasticsearchName, namespace);
  const several = nodes > 1;
  const identity = webIdentity(settings);
  const between = { peer: { workload: elasticsearchName }, port: ports.elasticsearchTransport };
  const published = publish ? [publish.host] : [];
  const paths = vaultPaths(context);
  const vaultNamespace = namespaceOfService(settings.vault.address);
  const image = imageOf(settings, "elasticsearch");
  const reads = Object.values(generatedUsers).map((name) => paths.kv(name));
  const clients = [
    ...storageGroups(landscape.groups).map(jaegerCollectorName),
    ...viewNames(landscape.groups).map(jaegerQueryName),
  ];
  return {
    workload: elasticsearchName,
    kind: "StatefulSet",
    headless: false,
    ...(several && { peers: { service: elasticsearchNodesName, port: ports.elasticsearchTransport } }),
    replicas: nodes,
    uid,
    files: [
      several
        ? {
            kind: "certificate",
            dnsNames: [host, serviceHost(elasticsearchNodesName, namespace), ...published],
            pods: nodeNames(nodes),
          }
        : { kind: "certificate", dnsNames: [host, ...nodeNames(1), ...published] },
      {
        kind: "template",
        file: "users",
        contents: reads
          .map((path) => `{{ with secret "${path}" }}{{ .Data.data.username }}:{{ .Data.data.hash }}{{ end }}\n`)
          .join(""),
        reads,
      },
      ...snapshotFiles(context),
    ],
    // Elasticsearch reads files below its configuration folder only, so that is where Vault Agent writes.
    secretsMountPath: `${home}/config`,
    config: configuration(settings, nodes),
    configDir: sourceDir,
    initContainers: [
      {
        name: "configuration",
        image,
        command: ["/bin/sh", "-c", `cp -r ${home}/config/*.* /config/ && cp -f ${sourceDir}/* /config/`],
        securityContext: restrictedContainer,
        resources: resources({ cpu: "10m", memoryMib: 64 }),
        volumeMounts: [
          { name: secretsVolume, mountPath: "/config" },
          { name: "config", mountPath: sourceDir, readOnly: true },
        ],
      },
    ],
    container: {
      name: elasticsearchName,
      image,
      command: startCommand(home, nodes, beforeStart(settings, home)),
      env: [
        { name: "ES_JAVA_OPTS", value: `-Xms${heapMib}m -Xmx${heapMib}m` },
        { name: "ES_TMPDIR", value: writableDirs.tmp },
        ...identity.env,
      ],
      ports: [{ name: "https", containerPort: ports.elasticsearch }],
      resources: resources({ cpu: settings.sizes.elasticsearch.cpu, memoryMib: 2 * heapMib + 512 }),
      startupProbe: startupProbe(home, nodes, namespace),
      readinessProbe: { tcpSocket: { port: ports.elasticsearchReadiness }, periodSeconds: 5 },
      volumeMounts: [
        ...Object.entries(writableDirs).map(([name, mountPath]) => ({ name, mountPath })),
        ...identity.mounts,
      ],
    },
    volumes: [...Object.keys(writableDirs).map((name) => ({ name, emptyDir: {} })), ...identity.volumes],
    claim: {
      mountPath: `${home}/data`,
      storageGib,
      storageClass,
      settings: { storageGib: "elasticsearch.storageGib", replicas: "elasticsearch.nodes" },
      without: "shards, and votes of the cluster",
    },
    terminationGracePeriodSeconds: settings.sizes.elasticsearch.stopSeconds,
    servicePorts: { https: ports.elasticsearch },
    flows: {
      ingress: [
        ...clients.map((workload) => ({ peer: { workload }, port: ports.elasticsearch })),
        // Vault's database engine, and the engine of the stack where it comes from outside.
        ...(vaultNamespace ? [{ peer: { namespace: vaultNamespace }, port: ports.elasticsearch }] : []),
        ...(publish ? [{ peer: { ranges: publish.ranges }, port: ports.elasticsearch }] : []),
        ...(several ? [between] : []),
      ],
      egress: [...(several ? [between] : []), ...snapshotFlows(settings)],
    },
  };
}
