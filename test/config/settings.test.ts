import { sizes } from "../../config/settings/sizes.ts";
import { imageOf } from "../../config/settings.ts";
import { images, type ImageName } from "../../config/versions.ts";
import { external, minimal, parse } from "./fixtures.ts";

describe("defaults", () => {
  test("are safe, and kept to one place", () => {
    expect(parse()).toEqual({
      ...minimal,
      access: { ...minimal.access, port: 443, sessionHours: 8, auditDays: 180 },
      catalogueFile: "config/catalogue.ts",
      engine: { command: ["pulumi"] },
      sizes: sizes.parse({}),
      cluster: {
        check: "stop",
        namespace: "tracing",
        serviceAccountIssuer: "https://kubernetes.default.svc.cluster.local",
        serviceAccountKeysFile: "keys.json",
        dns: { namespace: "kube-system", ranges: ["169.254.20.10/32"], port: 53 },
      },
      vault: { ...minimal.vault, kvMount: "secret", pkiMount: "pki", authorityDays: 365 },
      elasticsearch: { mode: "managed", nodes: 1, heapMib: 1024, storageGib: 50, lifecycle: true, writes: "async" },
      sampling: { percent: 100, slowMs: 2000, services: {} },
      survive: {},
      services: {},
      stores: {},
      privacy: { allowedAttributes: [], spanLinks: "keep" },
      replicas: { frontEnd: 1, gateway: 2, sampler: 2, samplerMayLeave: false, jaegerCollector: 2, jaegerQuery: 1 },
      proof: { required: [], links: [], lookbackMinutes: 60 },
      review: { fieldManagers: [] },
      images: { overrides: {}, registries: {} },
      objects: { labels: {}, annotations: {} },
      pods: { nodeSelector: {}, tolerations: [], labels: {}, annotations: {}, pullSecrets: [] },
    });
    expect(parse({ elasticsearch: external }).elasticsearch).toEqual({ ...external, lifecycle: true, writes: "async" });
  });

  test("fill up a block that is set in part, and change nothing that is given", () => {
    const given = { services: { "mes-api": 100 } };
    expect(parse({ sampling: given }).sampling).toEqual({ percent: 100, slowMs: 2000, services: { "mes-api": 100 } });
    expect(parse({ replicas: { gateway: 5 } }).replicas).toMatchObject({ gateway: 5, sampler: 2 });
    expect(
      parse({ access: { ...minimal.access, vpnRanges: ["10.8.0.0/16", "fd00::/8"] } }).access.vpnRanges,
    ).toHaveLength(2);
  });
});

describe("images", () => {
  test("are the pinned ones, the stack's own, and behind the mirror if there is one", () => {
    const own = { jaeger: "company/jaeger:2.19.0-1" };
    expect(imageOf(parse(), "jaeger")).toBe(images.jaeger);
    expect(imageOf(parse({ images: { overrides: own } }), "jaeger")).toBe(own.jaeger);
    const mirror = { registry: "mirror.example:5000/docker", overrides: own };
    expect(imageOf(parse({ images: mirror }), "jaeger")).toBe("mirror.example:5000/docker/company/jaeger:2.19.0-1");
    expect(imageOf(parse({ images: mirror }), "vault")).toBe(`mirror.example:5000/docker/${images.vault}`);
  });

  test("come from the mirror of their own registry, where each has one, whatever the stack's own are", () => {
    const registries = { "docker.io": "mirror.example/hub", "quay.io": "mirror.example:5000/quay" };
    const of = (name: ImageName, overrides = {}) =>
      imageOf(parse({ images: { registries, overrides, registry: "all.example" } }), name);
    expect(of("jaeger")).toBe(`mirror.example/hub/${images.jaeger}`);
    expect(of("oauth2Proxy")).toBe(images.oauth2Proxy.replace("quay.io", "mirror.example:5000/quay"));
    expect(of("elasticsearch")).toBe(`all.example/${images.elasticsearch}`);
    expect(of("jaeger", { jaeger: "docker.io/company/jaeger:1" })).toBe("mirror.example/hub/company/jaeger:1");
    expect(of("jaeger", { jaeger: "jaeger:1" })).toBe("mirror.example/hub/library/jaeger:1");
  });

  test.each(Object.keys(images) as ImageName[])("%s is pinned to an exact version", (name) => {
    expect(images[name]).toMatch(/^[a-z0-9./-]+:v?\d+\.\d+\.\d+$/);
  });
});
