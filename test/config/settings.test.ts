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
      review: { spansPerSecond: 100, bytesPerSpan: 600, fieldManagers: [] },
      sizes: sizes.parse({}),
      cluster: {
        check: "stop",
        serviceAccountIssuer: "https://kubernetes.default.svc.cluster.local",
        serviceAccountKeysFile: "keys.json",
      },
      vault: { ...minimal.vault, kvMount: "secret", pkiMount: "pki", authorityDays: 365 },
      elasticsearch: { mode: "managed", heapMib: 1024, storageGib: 50, lifecycle: true },
      sampling: { percent: 100, slowMs: 2000, services: {} },
      services: {},
      stores: {},
      privacy: { allowedAttributes: [], spanLinks: "keep" },
      replicas: { frontEnd: 1, gateway: 2, sampler: 2, samplerMayLeave: false, jaegerCollector: 2, jaegerQuery: 1 },
      proof: { required: [], links: [], lookbackMinutes: 60 },
      images: { overrides: {} },
    });
    expect(parse({ elasticsearch: external }).elasticsearch).toEqual({ ...external, lifecycle: true });
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

  test.each(Object.keys(images) as ImageName[])("%s is pinned to an exact version", (name) => {
    expect(images[name]).toMatch(/^[a-z0-9./-]+:v?\d+\.\d+\.\d+$/);
  });
});
