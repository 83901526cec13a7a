import "../support/without-sdks.ts";
import { randomBytes } from "node:crypto";
import { load } from "js-yaml";
import { gatewayPlan } from "../../components/collector/workloads.ts";
import { jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { dnsRule } from "../../components/namespace/dns.ts";
import { networkPolicySpec } from "../../components/kubernetes/network-policy.ts";
import { checksum, type Container } from "../../components/kubernetes/pod.ts";
import { hostFlow, podTemplate } from "../../components/kubernetes/workload-plan.ts";
import { renderYaml } from "../../components/kubernetes/yaml.ts";
import { workloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import { context, contextOf, external, storage, views } from "../support/context.ts";
import { loose, type Loose } from "../support/loose.ts";
import { workloadPlans } from "../../components/workloads.ts";

describe("network policies", () => {
  test("an address in the cluster is allowed by its namespace, another one by its port", () => {
    const inside = { namespace: "vault" };
    expect(hostFlow("https://vault.vault.svc:8200")).toEqual({ peer: inside, port: 8200 });
    expect(hostFlow("https://vault.vault.svc.cluster.local")).toEqual({ peer: inside, port: 443 });
    expect(hostFlow("https://vault.example:8243")).toEqual({ peer: "anywhere", port: 8243 });
    expect(hostFlow("https://vault.example")).toEqual({ peer: "anywhere", port: 443 });
    // A public name is not taken for a Service.
    expect(hostFlow("https://vault.svc.example.com:1").peer).toBe("anywhere");
    expect(hostFlow("https://vault.prod.svcs.example:1").peer).toBe("anywhere");
  });

  test("what is outside is allowed by its ranges, where the stack knows them", () => {
    const ranges = ["10.20.0.0/24", "fd00:20::/64"];
    expect(hostFlow("https://vault.example:8243", ranges)).toEqual({ peer: { ranges }, port: 8243 });
    const { settings } = context;
    const known = contextOf({
      vault: { ...settings.vault, address: "https://vault.example:8200", ranges },
      elasticsearch: { ...external, ranges },
      access: { ...settings.access, oidc: { ...settings.access.oidc, ranges } },
    });
    const egress = workloadPlans(known).flatMap(({ flows }) => flows.egress ?? []);
    expect(egress.filter(({ peer }) => peer === "anywhere")).toEqual([]);
    expect(egress.filter(({ peer }) => peer !== "anywhere" && "ranges" in peer).map(({ port }) => port)).toEqual(
      expect.arrayContaining([443, 8443]),
    );
  });

  test("DNS is where the cluster has it", () => {
    const rule = (dns: object) =>
      dnsRule(contextOf({ cluster: { serviceAccountKeysFile: "keys.json", dns } }).settings.cluster.dns);
    const space = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    const both = (port: number) => [
      { protocol: "UDP", port },
      { protocol: "TCP", port },
    ];
    // NodeLocal DNSCache answers on the node's network, which no selector of pods is about.
    expect(rule({})).toEqual({
      to: [space("kube-system"), { ipBlock: { cidr: "169.254.20.10/32" } }],
      ports: both(53),
    });
    expect(rule({ namespace: "openshift-dns", port: 5353, ranges: [] })).toEqual({
      to: [space("openshift-dns")],
      ports: both(5353),
    });
  });

  // A URL drops the port that its scheme implies: the policy would open 8200 while the connection goes to 443.
  test("an address with https's own port is not opened at another", () => {
    expect(hostFlow("https://vault.example:443")).toEqual({ peer: "anywhere", port: 443 });
  });

  test("opens exactly what is listed, in both directions", () => {
    const spec = loose(
      networkPolicySpec("w", {
        ingress: [
          { peer: { ranges: ["10.8.0.0/16", "fd00::/8"] }, port: 1 },
          { peer: { namespace: "shop", workload: "x" }, port: 2 },
        ],
        egress: [
          { peer: { workload: "y" }, port: 3 },
          { peer: "anywhere", port: 4 },
          { peer: { namespace: "vault" }, port: 5 },
        ],
      }),
    );
    expect(spec.policyTypes).toEqual(["Ingress", "Egress"]);
    expect(spec.podSelector).toEqual({ matchLabels: { "app.kubernetes.io/name": "w" } });
    const pods = (name: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": name } } });
    const space = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    const tcp = (port: number) => [{ protocol: "TCP", port }];
    expect(spec.ingress).toEqual([
      { from: [{ ipBlock: { cidr: "10.8.0.0/16" } }, { ipBlock: { cidr: "fd00::/8" } }], ports: tcp(1) },
      // Namespace and pod in one peer: both must match.
      { from: [{ ...space("shop"), ...pods("x") }], ports: tcp(2) },
    ]);
    expect(spec.egress).toEqual([
      { to: [pods("y")], ports: tcp(3) },
      { to: [], ports: tcp(4) },
      { to: [space("vault")], ports: tcp(5) },
    ]);
    // An empty list of ranges would let everybody in.
    expect(() => networkPolicySpec("w", { ingress: [{ peer: { ranges: [] }, port: 6 }] })).toThrow("no address range");
    // Nothing listed: nothing allowed, rather than a policy that does not apply.
    expect(networkPolicySpec("w", {})).toMatchObject({
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    });
  });

  test("every connection between workloads is opened at both of its ends", () => {
    const all = workloadPlans(context);
    const flowsOf = (direction: "ingress" | "egress") =>
      all.flatMap(({ workload, flows }) =>
        (flows[direction] ?? []).flatMap(({ peer, port }) => {
          if (peer === "anywhere" || !("workload" in peer) || "namespace" in peer) return [];
          return direction === "egress"
            ? `${workload} -> ${peer.workload}:${port}`
            : `${peer.workload} -> ${workload}:${port}`;
        }),
      );
    const out = flowsOf("egress").sort();
    expect(out).toEqual(flowsOf("ingress").sort());
    expect(out).toContain("otel-gateway -> otel-sampler:4317");
    expect(out).toHaveLength(1 + storage.length + storage.length + views.length);
  });

  test("the gateway lets in the namespaces of the traced services, Jaeger's pages the ingress controller's pods only", () => {
    expect(gatewayPlan(context).flows.ingress).toEqual(
      ["crm", "mes", "shop"].map((namespace) => ({ peer: { namespace }, port: 4317 })),
    );
    const together = { "crm-api": { namespace: "shop" }, "mes-api": { enabled: false } };
    expect(gatewayPlan(contextOf({ services: together })).flows.ingress).toEqual([
      { peer: { namespace: "shop" }, port: 4317 },
    ]);
    for (const view of views) {
      expect(jaegerQueryPlan(context, view).flows.ingress).toEqual([
        { peer: { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "traefik" } }, port: 8443 },
      ]);
    }
  });
});

describe("pods", () => {
  type Security = Loose | undefined;
  /** What is wrong with a container by Pod Security "restricted" and the stack's own rules. */
  function faults({ securityContext, resources, image, name }: Container, pod: Security): string[] {
    const own = loose(securityContext ?? {});
    const { requests, limits } = loose(resources ?? {});
    const rules: [string, boolean][] = [
      ["may gain privileges", own.allowPrivilegeEscalation === false],
      ["may be root", own.runAsNonRoot === true],
      ["has capabilities", JSON.stringify(own.capabilities) === '{"drop":["ALL"]}'],
      ["has no seccomp profile", own.seccompProfile?.type === "RuntimeDefault"],
      ["writes to its root file system", own.readOnlyRootFilesystem === true],
      ["is privileged", own.privileged === undefined],
      ["is user 0, or whom the image says", Number(own.runAsUser ?? pod?.runAsUser) > 0],
      ["asks for no CPU", typeof requests?.cpu === "string"],
      ["asks for no memory", typeof requests?.memory === "string"],
      ["has no limit of memory", typeof limits?.memory === "string"],
      ["has a limit of CPU", limits?.cpu === undefined],
      ["has an image without an exact version", /:v?\d+\.\d+\.\d+$/.test(image as string)],
    ];
    return rules.filter(([, kept]) => !kept).map(([fault]) => `${name as string} ${fault}`);
  }

  const all = [...workloadPlans(context), ...workloadPlans(contextOf({ elasticsearch: external }))];

  test.each(
    all.map(
      (plan, index) =>
        [`${plan.workload} (${index < workloadPlans(context).length ? "managed" : "external"})`, plan] as const,
    ),
  )("%s is restricted, sized and alone with its identity", (_, plan) => {
    const { metadata, spec } = podTemplate(context, plan);
    const pod = loose(spec);
    const containers = [...spec.initContainers, ...spec.containers] as Container[];
    expect(containers.flatMap((container) => faults(container, spec.securityContext))).toEqual([]);
    expect(pod).toMatchObject({
      serviceAccountName: plan.workload,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: plan.uid,
        fsGroup: plan.uid,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    for (const key of ["hostNetwork", "hostPID", "hostIPC"]) expect(pod).not.toHaveProperty(key);
    // Volume types of "restricted"; nothing of the node, and no Secret object.
    const types = ["name", "configMap", "emptyDir", "projected"];
    for (const volume of spec.volumes) expect(types).toEqual(expect.arrayContaining(Object.keys(volume)));
    expect(JSON.stringify(spec)).not.toMatch(/secretKeyRef|secretName|hostPath|hostPort/);
    // Every mount has its volume or disk, every path is mounted once.
    const volumes = [...spec.volumes.map(({ name }) => name as string), ...(plan.claim ? ["data"] : [])];
    expect(new Set(volumes).size).toBe(volumes.length);
    for (const container of containers) {
      const mounts = (container.volumeMounts ?? []) as { name: string; mountPath: string }[];
      expect(volumes).toEqual(expect.arrayContaining(mounts.map(({ name }) => name)));
      expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
    }
    expect(spec.containers[0]).toMatchObject({ startupProbe: {}, readinessProbe: {} });
    expect(metadata.labels).toMatchObject({ "app.kubernetes.io/name": plan.workload });
  });

  test.each(context.landscape.services)("what is put beside $id is restricted and sized", (service) => {
    for (const runtime of ["java", "dotnet", "nodejs"] as const) {
      const { initContainers } = loose(workloadPatch(context, { ...service, runtime }).spec).template.spec;
      expect(initContainers).toHaveLength(2);
      expect((initContainers as Container[]).flatMap((container) => faults(container, undefined))).toEqual([]);
    }
  });

  test("the checks above can fail", () => {
    expect(faults({ name: "x", image: "x:latest" }, undefined)).toHaveLength(10);
  });

  test("more than one pod is spread over nodes", () => {
    const of = (gateway: number) => podTemplate(context, gatewayPlan(contextOf({ replicas: { gateway } }))).spec;
    expect(of(1)).not.toHaveProperty("topologySpreadConstraints");
    expect(of(2).topologySpreadConstraints).toMatchObject([
      { topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
      { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
    ]);
  });

  test("run where the company wants them, and carry what it wants, beside what the stack finds them by", () => {
    const pods = {
      nodeSelector: { pool: "tracing" },
      tolerations: [{ key: "tracing", operator: "Exists" }],
      priorityClass: "platform",
      labels: { "example.com/cost-centre": "4711" },
      annotations: { "example.com/owner": "platform" },
      pullSecrets: ["registry-login"],
    };
    const placed = contextOf({ pods });
    for (const plan of workloadPlans(placed)) {
      const { metadata, spec } = podTemplate(placed, plan);
      expect(metadata.labels).toMatchObject({ ...pods.labels, "app.kubernetes.io/name": plan.workload });
      expect(Object.keys(metadata.annotations)).toEqual(
        expect.arrayContaining(["example.com/owner", "order-tracing/config-checksum"]),
      );
      expect(spec).toMatchObject({
        nodeSelector: pods.nodeSelector,
        tolerations: pods.tolerations,
        priorityClassName: "platform",
        imagePullSecrets: [{ name: "registry-login" }],
      });
    }
  });

  test("a change of a configuration rolls the pods that read it, and only those", () => {
    const sums = (of: Context) =>
      Object.fromEntries(workloadPlans(of).map((plan) => [plan.workload, podTemplate(of, plan).metadata.annotations]));
    const before = sums(context);
    expect(sums(contextOf())).toEqual(before);
    const changed = (changes: Record<string, unknown>) => {
      const after = sums(contextOf(changes));
      return Object.keys(before).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
    };
    expect(changed({ sampling: { percent: 5 } })).toEqual(["otel-sampler"]);
    expect(changed({ services: { "mes-api": { serviceAccount: "x" } } })).toEqual(["otel-gateway"]);
    expect(changed({ retentionDays: 1 })).toEqual([]);
    const rolled = sums({ ...context, serviceAccountKeys: [] });
    expect(rolled["otel-gateway"]).not.toEqual(before["otel-gateway"]);
    expect(checksum({ a: "1" })).not.toEqual(checksum({ a: "2" }));
    expect(Object.values(checksum("x"))[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  // Vault Agent reads its configuration and the company's CA at its start only.
  test("a change of Vault's address or CA rolls the pods, whose agents read it at their start", () => {
    const moved = contextOf({ vault: { ...context.settings.vault, address: "https://vault.moved.svc:8200" } });
    const annotations = (of: Context) => podTemplate(of, gatewayPlan(of)).metadata.annotations;
    expect(annotations(moved)).not.toEqual(annotations(context));
  });

  test("comes through the mirror, like everything", () => {
    const mirrored = contextOf({ images: { registry: "mirror.example" } });
    const found = [
      ...mirrored.landscape.services.flatMap(
        (service) => loose(workloadPatch(mirrored, service).spec).template.spec.initContainers as Container[],
      ),
      ...workloadPlans(mirrored).flatMap((plan) => {
        const { initContainers, containers } = podTemplate(mirrored, plan).spec;
        return [...initContainers, ...containers] as Container[];
      }),
    ].map(({ image }) => image as string);
    expect(found.filter((image) => !image.startsWith("mirror.example/"))).toEqual([]);
  });
});

test("plans are the same in every run, and files are written with sorted keys and whole lines", () => {
  expect(JSON.stringify(workloadPlans(contextOf()))).toBe(JSON.stringify(workloadPlans(context)));
  const long = randomBytes(200).toString("hex");
  expect(renderYaml({ b: long, a: { d: 1, c: [2] } })).toBe(`a:\n  c:\n    - 2\n  d: 1\nb: ${long}\n`);
  for (const { config } of workloadPlans(context)) {
    for (const [name, text] of Object.entries(config)) {
      if (name.endsWith(".yaml")) expect(renderYaml(load(text))).toBe(text);
    }
  }
});
