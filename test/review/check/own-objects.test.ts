import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";
import { tryObject, trying } from "../../../review/check/own-objects.ts";
import type { Ask } from "../../../review/check/trial.ts";

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data-elasticsearch-0", namespace: "tracing" },
  spec: { resources: { requests: { storage: "4Gi" } } },
};

const refused = (code: number, message: string) => (): ReturnType<Ask> =>
  Promise.resolve({ state: "refused", refusal: { code, message, causes: [] } });

describe("an object of the stack that is new or changed", () => {
  it("is asked for as the preview knows it", async () => {
    const asked: unknown[] = [];
    await tryObject({ ...claim, __initialApiVersion: "v1" }, (value) => {
      asked.push(value);
      return Promise.resolve({ state: "accepted", value });
    });
    expect(asked).toEqual([claim]);
  });

  // What the provider takes for a matter of the reviewer's rights.
  it.each([
    'persistentvolumeclaims "data-elasticsearch-0" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    'admission webhook "validation.gatekeeper.sh" denied the request: [costs] no volume without a cost centre',
    'persistentvolumeclaims "data-elasticsearch-0" is forbidden: exceeded quota: storage, requested: requests.storage=4Gi',
  ])("is refused in the preview: %s", async (message) => {
    await expect(tryObject(claim, refused(403, message))).rejects.toThrow(
      `the cluster would refuse PersistentVolumeClaim data-elasticsearch-0 in tracing: ${message}`,
    );
  });

  it.each([
    [404, 'namespaces "tracing" not found'],
    [422, "spec.accessModes: field is immutable"],
  ])("is left to the provider, which says a %i itself: %s", async (code, message) => {
    await expect(tryObject(claim, refused(code, message))).resolves.toBeUndefined();
  });

  it("is previewed as before by whoever may only look", async () => {
    const reason = 'persistentvolumeclaims is forbidden: User "reviewer" cannot patch resource';
    await expect(tryObject(claim, () => Promise.resolve({ state: "unread", reason }))).resolves.toBeUndefined();
  });

  it.each([
    ["what only `up` will know", { ...claim, spec: { volumeName: unknown } }],
    ["a secret", { ...claim, spec: { volumeName: pulumi.secret("x") } }],
  ])("is not asked for with %s in it", async (_, inputs) => {
    await expect(tryObject(inputs, refused(403, "asked"))).resolves.toBeUndefined();
  });
});

describe("which resources are tried", () => {
  const tried = () => undefined;
  const transform = trying(tried);
  // As the SDK hands it over: before the constructor of the resource has run.
  const resource = Object.create(pulumi.CustomResource.prototype) as pulumi.Resource;
  const hooksOf = (type: string, opts: pulumi.CustomResourceOptions = {}, of = resource) =>
    transform({ resource: of, type, name: "one", props: {}, opts })?.opts?.hooks;

  it("are the objects of Kubernetes, with what else is done before", () => {
    const before = () => undefined;
    const hooks = hooksOf("kubernetes:core/v1:ConfigMap", { hooks: { beforeUpdate: [before] } });
    expect(hooks).toEqual({ beforeCreate: [tried], beforeUpdate: [before, tried] });
  });

  it.each(["vault:index/policy:Policy", "kubernetes:apps/v1:DeploymentPatch"])("are not %s", (type) => {
    expect(hooksOf(type)).toBeUndefined();
  });

  it("are no components", () => {
    const component = Object.create(pulumi.ComponentResource.prototype) as pulumi.Resource;
    expect(hooksOf("kubernetes:helm.sh/v4:Chart", {}, component)).toBeUndefined();
  });
});
