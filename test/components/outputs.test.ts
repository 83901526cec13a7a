import { stackOutputs } from "../../components/outputs.ts";
import type { Context } from "../../config/context.ts";
import { settingsOf } from "../support/context.ts";
import { resolveLandscape } from "../../config/landscape.ts";
import { catalogue } from "../fixtures/landscape.ts";

// Only the types of the components are used here: their SDK takes seconds to load.
jest.mock("@pulumi/kubernetes", () => ({}));

const landscape = resolveLandscape(catalogue, {
  cluster: { namespace: "tracing" },
  services: { "mes-api": { enabled: false }, "shop-api": { namespace: "prod", deployment: "shop" } },
  stores: {},
  proof: { required: ["crm-api -> files-storage"], links: [], lookbackMinutes: 60 },
});
const endpoint = { service: "jaeger-query-shop", address: "jaeger-query-shop.tracing.svc", port: 443 };
const settings = settingsOf();
const outputs = stackOutputs({ stack: "dev", landscape, settings } as Context, new Map([["shop", endpoint]]));

test("say where each view is, and who sees it", () => {
  expect(outputs.views).toEqual({
    shop: {
      url: "https://shop.traces.example",
      address: "https://jaeger-query-shop.tracing.svc:443",
      roles: ["devops", "shop-team"],
    },
  });
});

test("say where the stack is, for the next run", () => expect(outputs.namespace).toBe("tracing"));

test("say what is traced under the company's own names, and what is off", () => {
  expect(outputs.traced).toEqual({ "crm-api": "crm/crm-api", "shop-api": "prod/shop" });
  expect(outputs.off).toEqual(["mes-api"]);
});

test("name what the proof demands, and the command that proves it", () => {
  expect(outputs.requiredEdges).toContain("crm-api -> files-storage");
  expect(outputs.requiredEdges.join()).not.toContain("mes-api");
  expect(outputs.next).toEqual(["npm run verify -- --stack dev"]);
});
