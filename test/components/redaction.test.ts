import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { allowedKeys } from "../../components/collector/redaction/allowed-keys.ts";
import { harmlessShapes } from "../../components/collector/redaction/harmless-shapes.ts";
import { kinds, patternsOf } from "../../components/collector/redaction/kinds.ts";
import { redactionProcessors } from "../../components/collector/redaction/plan.ts";
import { asideGroup } from "../../components/collector/redaction/stack-traces.ts";
import { privacy, refusalOf } from "../../config/settings/privacy.ts";
import { attributes, proofAttributes } from "../../lib/attributes.ts";
import { marked } from "../../lib/planted/marked.ts";
import { context } from "../support/context.ts";

// Whether the patterns do what they are for shows on the collector alone: `npm run local:redaction`.

interface Redaction {
  allow_all_keys: boolean;
  allowed_keys: string[];
  blocked_values: string[];
  summary: string;
}

/** Every processor that there can be. */
const strictest = privacy.parse({ spanLinks: "drop" });
const processorsOf = (settings: Partial<typeof strictest> = {}) => redactionProcessors({ ...strictest, ...settings });
const redactionOf = (settings: Partial<typeof strictest> = {}) => processorsOf(settings)["redaction"] as Redaction;

describe("keys", () => {
  test("what the proof reads, and the order's id, are let through", () => {
    expect(allowedKeys).toEqual(expect.arrayContaining(Object.values(proofAttributes).flat()));
    expect(allowedKeys).toEqual(expect.arrayContaining([attributes.serviceName, attributes.orderId]));
  });

  test("none is let through that a setting could not let through, and none twice", () => {
    expect(allowedKeys.filter((key) => refusalOf(key) !== undefined)).toEqual([]);
    expect(new Set(allowedKeys).size).toBe(allowedKeys.length);
  });

  test.each(["url.query", "client.address", "user_agent.original", "db.user", "process.command_line", "enduser.id"])(
    "%s is not, and cannot be",
    (key) => {
      expect(redactionOf().allowed_keys).not.toContain(key);
      expect(privacy.safeParse({ allowedAttributes: [key] }).success).toBe(false);
    },
  );

  test.each([
    "tracing.group",
    "customer.email",
    "app.card.token",
    "http.request.header.cookie",
    "user.name",
    "delivery_address",
    "redaction.masked.keys",
  ])("%s is refused with the reason", (key) => {
    const result = privacy.safeParse({ allowedAttributes: [key] });
    expect(result.error?.issues.map(({ message }) => message).join()).toContain(`${key} cannot be let through: `);
  });

  test("a setting adds a key, in order; everything else still goes", () => {
    const { allow_all_keys, allowed_keys } = redactionOf(privacy.parse({ allowedAttributes: ["factory.line"] }));
    expect(allow_all_keys).toBe(false);
    expect(allowed_keys).toContain("factory.line");
    expect(allowed_keys).toEqual([...allowed_keys].sort());
    expect(redactionOf().allowed_keys).not.toContain("factory.line");
  });
});

describe("values", () => {
  test("every kind has a marked value that is tried on the collector, and no value is without a kind", () => {
    expect([...new Set(marked.map(({ kind }) => kind))].sort()).toEqual(
      // What arrays and maps are is tried as a place.
      kinds
        .map(({ id }) => id)
        .filter((id) => id !== "structure")
        .sort(),
    );
  });

  test("no shape that spares a search has a marked value", () => {
    const shapes = harmlessShapes.map((shape) => new RegExp(shape.replace("(?i:", "(?:").replaceAll("\\z", "$"), "u"));
    expect(shapes.every((shape) => shape.source.endsWith("$"))).toBe(true);
    const spared = marked.filter(({ value }) => shapes.some((shape) => shape.test(value)));
    expect(spared.map(({ value }) => value)).toEqual([]);
  });

  test("frames that are set aside have no marked value, and are all of a plain stack trace", () => {
    const [, shape] = /^IsMatch\([^,]+, (".*")\)$/.exec(asideGroup.conditions![0]!)!;
    const plain = new RegExp((JSON.parse(shape!) as string).replaceAll("\\z", "$"), "u");
    const trace = (...frames: string[]) => ["java.lang.Error: no", ...frames].join("\n\tat ");
    const frames = [
      "org.springframework.web.filter.OncePerRequestFilter.doFilter(OncePerRequestFilter.java:116)",
      "java.base/java.lang.Thread.run(Thread.java:840)",
      "shop.Main.lambda$main$0(Native Method)",
      "shop.Orders.<init>(Unknown Source)",
      "shop.cut.Off",
    ];
    expect(plain.test(trace(...frames))).toBe(true);
    const spared = marked.flatMap(({ value }) =>
      [`shop.${value}.b(A.java:1)`, `shop.A.b(${value}.java:1)`, `shop.A.b(A.java:1) ${value}`].filter((frame) =>
        plain.test(trace(frames[0]!, frame)),
      ),
    );
    expect(spared).toEqual([]);
  });

  test("a kind that is left out takes its patterns with it", () => {
    for (const { id } of kinds) {
      expect(patternsOf(kinds.filter((kind) => kind.id !== id))).not.toEqual(patternsOf(kinds));
    }
  });

  test("no `$` stands alone in the configuration, where it would begin a variable", () => {
    const text = JSON.stringify(processorsOf());
    expect(text).toContain("$$");
    expect(text.replaceAll("$$", "")).not.toContain("$");
  });
});

describe("pipeline", () => {
  test("fails closed: an error refuses the spans", () => {
    const modes = Object.entries(processorsOf()).flatMap(([name, processor]) =>
      name === "redaction" ? [] : [(processor as { error_mode: string }).error_mode],
    );
    expect(modes).toEqual(["propagate", "propagate", "propagate"]);
  });

  test("stands before everything that stamps or exports, and after what reads the order from headers", () => {
    const { processors } = gatewayConfig(context).service.pipelines.traces;
    expect(processors).toEqual([
      "memory_limiter",
      "transform/claims",
      "transform/order",
      "transform/expose",
      "redaction",
      "transform/restore",
      "resource/identity",
      "transform/identity",
    ]);
  });

  test("names of what was dropped are not stored", () => expect(redactionOf().summary).toBe("silent"));

  test("spans with links stay, as whole consumers have them, unless the stack drops them", () => {
    expect(processorsOf()["filter/links"]).toMatchObject({ trace_conditions: ["Len(span.links) > 0"] });
    expect(processorsOf(privacy.parse({}))).not.toHaveProperty("filter/links");
  });
});
