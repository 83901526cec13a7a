import { UnknownValueError, unknownCheckingProxy } from "@pulumi/policy";
import { readProps } from "../core/resource.ts";
import { Session } from "../core/session.ts";
import { loadBalancer } from "../exposure/services.ts";
import type { Resource } from "../core/resource.ts";

/** What the SDK takes for a text that is not known yet, as the engine sends it. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s" } };

/** The resource as the engine hands it to a policy in a preview. */
function seen(spec: object): Resource {
  const proxy = unknownCheckingProxy as (props: object) => object;
  const type = "kubernetes:core/v1:Service";
  const read = readProps(proxy({ ...service, spec }), (error) => error instanceof UnknownValueError);
  return { urn: `urn:pulumi:s::p::${type}::s`, type, name: "s", ...read };
}

test("what is not known in a preview is named, and the rest is read as it is", () => {
  const resource = seen({ type: unknownText, externalIPs: ["192.0.2.1", unknownText] });
  expect(resource.unknown).toEqual(["spec.type", "spec.externalIPs[1]"]);
  expect(resource.props).toMatchObject(service);
});

test.each([[unknownText], [[unknownText]]])(
  "what is not known (%j) is neither refused nor accepted, while the rest is judged",
  (ranges) => {
    const resource = seen({ type: "LoadBalancer", loadBalancerSourceRanges: ranges });
    const { refused, unjudged } = new Session([]).judge(loadBalancer, resource);
    expect(refused.map(({ path }) => path)).toEqual(["spec.type"]);
    expect(unjudged.map(({ path }) => path)).toEqual(["spec.loadBalancerSourceRanges"]);
  },
);
