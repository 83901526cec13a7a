import { resolveLandscape } from "../../config/landscape.ts";
import type { Catalogue } from "../../config/model.ts";
import { parseSettings } from "../../config/settings.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { messageOf, minimal, parse } from "./fixtures.ts";

const shop = { host: "spans.shop.example", origins: ["https://shop.example"] };
const frontEnds = { apps: { "internet-shop": shop }, ranges: ["10.8.0.0/16"] };
const withApp = (changes: object) => ({
  frontEnds: { ...frontEnds, apps: { "internet-shop": { ...shop, ...changes } } },
});
const more = (changes: object) => ({ frontEnds: { ...frontEnds, ...changes } });

test("no browser sends spans unless the stack says so; then little of it is taken", () => {
  expect(parse().frontEnds).toBeUndefined();
  expect(resolveLandscape(catalogue, parse()).openFrontends).toEqual([]);
  expect(parse({ frontEnds }).frontEnds).toEqual({
    ...frontEnds,
    connectionsPerAddress: 50,
    spansPerSecond: 100,
    percent: 10,
  });
});

test("the spans of a front end are of the group of the back ends that it calls", () => {
  const apps = { mes: { ...shop, host: "spans.mes.example" }, "internet-shop": shop };
  expect(resolveLandscape(catalogue, parse(more({ apps }))).openFrontends).toEqual([
    { id: "internet-shop", group: "shop", ...shop },
    { id: "mes", group: "mes", ...shop, host: "spans.mes.example" },
  ]);
});

test.each([
  ["a front end that there is not", more({ apps: { shpo: shop } }), "apps.shpo", "internet-shop"],
  ["none at all", more({ apps: {} }), "apps: {}: is empty", "apps: {crm: "],
  ["nobody who may come", more({ ranges: [] }), "ranges: []", "10.8.0.0/16"],
  ["ranges left out", { frontEnds: { apps: frontEnds.apps } }, "frontEnds.ranges is missing", "10.8.0.0/16"],
  ["the internet by other words", more({ ranges: ["0.0.0.0/1"] }), "is the whole internet, or much of it", ""],
  ["any origin", withApp({ origins: ["*"] }), 'origins.0: "*": must be an origin', "https://"],
  ["any host below a domain", withApp({ origins: ["https://*.shop.example"] }), "must be an origin", ""],
  ["an origin with a path", withApp({ origins: ["https://shop.example/"] }), "must be an origin", ""],
  ["an origin with the usual port", withApp({ origins: ["https://shop.example:443"] }), "must be an origin", ""],
  ["an origin without TLS", withApp({ origins: ["http://shop.example"] }), "must be an origin", ""],
  ["no origin", withApp({ origins: [] }), "origins: []", "https://"],
  ["the host of a view", withApp({ host: "shop.traces.example" }), "is the host of the view shop too", "of its own"],
  [
    "the host of another",
    more({ apps: { crm: shop, "internet-shop": shop } }),
    "is the host of the front end crm too",
    "of its own",
  ],
  [
    "more spans than wait for a decision beside those of back ends",
    more({ spansPerSecond: 2001 }),
    "spansPerSecond: 2001: is more than half of the samplers' undecided traces (20000) in 10 s",
    "allowed: 2000 or less",
  ],
])("%s is refused", (_, settings, says, help) => {
  const text = messageOf(() => parse(settings));
  expect(text).toContain(says);
  expect(text).toContain(help);
});

test("everybody is let in only by these words", () => {
  expect(parse(more({ ranges: ["0.0.0.0/0", "::/0"] })).frontEnds?.ranges).toEqual(["0.0.0.0/0", "::/0"]);
});

test.each([
  ["no back end", [], "calls no back end of the catalogue"],
  [
    "back ends of two groups",
    [...catalogue.edges, { kind: "request", from: "internet-shop", to: "mes-api" }],
    "calls those of shop and mes",
  ],
])("a front end that calls %s cannot be opened", (_, edges, says) => {
  const other = { ...catalogue, edges, steps: {} } as Catalogue;
  expect(messageOf(() => parseSettings(other, "dev", { ...minimal, frontEnds }))).toContain(says);
});
