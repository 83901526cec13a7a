import { createRequire } from "node:module";
import analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import "../core/read-once.ts";

interface Policy {
  readonly name: string;
  readonly enforcementLevel: "mandatory";
  readonly validateResource: (args: { props: { host: string } }) => void;
}

/** What the SDK answers the engine's question with. */
const { makeAnalyzeRpcFun } = createRequire(import.meta.url)("@pulumi/policy/server.js") as {
  makeAnalyzeRpcFun: (
    pack: string,
    version: string,
    level: "mandatory",
    policies: readonly Policy[],
  ) => (call: { request: object }, respond: (error: unknown) => void) => void;
};

function requestOf(host: string) {
  const read = jest.fn(() => ({ host }));
  const request = new analyzerProto.AnalyzeRequest()
    .setType("a:b:C")
    .setUrn("urn:pulumi:s::p::a:b:C::one")
    .setName("one")
    .setOptions(new analyzerProto.AnalyzerResourceOptions());
  const properties = { toJavaScript: read };
  return { request: Object.assign(request, { getProperties: () => properties }), read };
}

test("the SDK reads a resource once for all policies, and each resource for itself", async () => {
  const seen: string[] = [];
  const policies = ["one", "two", "three"].map((name): Policy => {
    return { name, enforcementLevel: "mandatory", validateResource: ({ props }) => void seen.push(props.host) };
  });
  const analyze = makeAnalyzeRpcFun("tracing", "1.0.0", "mandatory", policies);
  for (const host of ["first", "second"]) {
    const { request, read } = requestOf(host);
    const error = await new Promise((resolve) => analyze({ request }, resolve));
    expect(error).toBeUndefined();
    expect(read).toHaveBeenCalledTimes(1);
  }
  expect(seen).toEqual(["first", "first", "first", "second", "second", "second"]);
});
