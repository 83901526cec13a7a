import * as pulumi from "@pulumi/pulumi";
import { setAsideMadeAnew, type LiveStatefulSet } from "../../../review/check/made-anew.ts";

const type = "kubernetes:apps/v1:StatefulSet";
const props = { metadata: { name: "elasticsearch" }, spec: { replicas: 3, serviceName: "elasticsearch-nodes" } };

interface Made {
  spec: { replicas: number; serviceName: pulumi.Output<string> };
}

function transform(live: LiveStatefulSet | undefined, of = type): Made | undefined {
  const resource = Object.create(pulumi.CustomResource.prototype) as pulumi.Resource;
  const result = setAsideMadeAnew(() => Promise.resolve(live))({ resource, type: of, name: "one", props, opts: {} });
  return result?.props as Made | undefined;
}

/** Whether the field is known in a preview. */
const isKnown = ({ spec }: Made) => (spec.serviceName as unknown as { isKnown: Promise<boolean> }).isKnown;

function mocks(preview: boolean) {
  return pulumi.runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) },
    "order-tracing",
    "test",
    preview,
  );
}

describe("a StatefulSet in a preview", () => {
  beforeEach(() => mocks(true));

  it("that is about to be made anew, under another Service, is not tried on the one that is there", async () => {
    const made = transform({ spec: { serviceName: "elasticsearch" } })!;
    expect(await isKnown(made)).toBe(false);
    expect(made.spec.replicas).toBe(3);
  });

  it.each([
    ["stays", { spec: { serviceName: "elasticsearch-nodes" } }],
    ["is new, or may not be read", undefined],
  ])("that %s is tried as it is", async (_, live) => {
    const made = transform(live)!;
    expect(await isKnown(made)).toBe(true);
  });

  it("is the only kind", () => {
    expect(transform(undefined, "kubernetes:apps/v1:Deployment")).toBeUndefined();
  });
});

test("an up knows all of it", async () => {
  await mocks(false);
  expect(transform({ spec: { serviceName: "elasticsearch" } })).toBeUndefined();
});
