import { checkCatalogue } from "../../config/check-catalogue.ts";
import type { Catalogue, CatalogueStep } from "../../config/model.ts";
import { catalogue as local } from "../../local/landscape/catalogue.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { messageOf } from "./fixtures.ts";

const steps = catalogue.steps as Record<string, CatalogueStep>;
const check =
  (changed: Record<string, object>, changes: Partial<Catalogue> = {}) =>
  () => {
    const all = Object.fromEntries(Object.entries(changed).map(([id, change]) => [id, { ...steps[id], ...change }]));
    checkCatalogue(
      { ...catalogue, ...changes, steps: { ...steps, ...(all as Record<string, CatalogueStep>) } },
      "some-file.ts",
    );
  };

test.each([
  ["the demonstration's", local],
  ["the tests'", catalogue],
  ["none at all", { ...catalogue, steps: undefined }],
])("steps that lead somewhere pass: %s", (_, landscape) => {
  expect(() => checkCatalogue(landscape, "some-file.ts")).not.toThrow();
});

const message = { via: "messages-queue", to: "mes-api", routingKey: "x", queue: "x", within: "5m" };

test.each([
  ["no title", { closed: { title: " " } }, "steps.closed: has no title"],
  ["an unknown service", { closed: { service: "erp" } }, 'steps.closed: happens at "erp", which is no service'],
  ["nothing that shows it", { closed: { request: undefined } }, "steps.closed: has neither a request nor a message"],
  ["a request without the id", { closed: { request: "POST /close" } }, "with the order's id in the path"],
  [
    "a message where no edge is",
    { closed: { message: { ...message, to: "shop-api" } } },
    'by "crm-api -> messages-queue -> shop-api", which is no message edge',
  ],
  [
    "a routing key that is empty",
    { closed: { message: { ...message, routingKey: "" } } },
    "a message without a routing key",
  ],
  ["a queue that is empty", { closed: { message: { ...message, queue: "" } } }, "a message without a queue"],
  [
    "no time",
    { closed: { message: { ...message, within: "0m" } } },
    'message.within is "0m": every order would be late',
  ],
  ["a time that is none", { closed: { message: { ...message, within: "5 minutes" } } }, '"5 minutes" is no duration'],
  [
    "a time longer than any trace is kept",
    { shipped: { next: { ...steps["shipped"]!.next, within: "400d" } } },
    'next.within is "400d": no trace is kept that long',
  ],
  ["nobody to act", { shipped: { next: { ...steps["shipped"]!.next, by: "erp" } } }, 'next.by "erp" is nobody'],
  [
    "an unknown step",
    { shipped: { next: { ...steps["shipped"]!.next, steps: ["closed", "paid"] } } },
    'next.steps names "paid", which is no step',
  ],
  ["the same title", { closed: { title: "shipped" } }, 'steps shipped and closed share the title "shipped"'],
  [
    "the same request",
    { closed: { request: "POST /orders/{id}/approve" } },
    "steps approved and closed share the request",
  ],
  [
    "the same message",
    { priced: { message: steps["price-failed"]!.message } },
    "steps priced and price-failed share the message",
  ],
])("refused: %s", (_, changed, says) => {
  const text = messageOf(check(changed));
  expect(text).toMatch(/^some-file\.ts: \d+ thing\(s\) about the steps of an order cannot be used\.\n/);
  expect(text).toContain(says);
});

test("refused: a circle without an end, and a step that leads to itself", () => {
  const circle = { by: "crm", within: "1d", steps: ["shipped"] };
  const text = messageOf(
    check({
      closed: { ends: undefined, next: circle },
      shipped: { next: { ...circle, steps: ["shipped", "closed"] } },
    }),
  );
  expect(text).toContain("steps.closed: leads to no end");
  expect(text).toContain("steps.shipped: leads to itself");
});
