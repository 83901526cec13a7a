import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { settingsSchema } from "../../config/settings.ts";
import { projectDir } from "../../config/stack-file.ts";
import { bare, definitionOf, isRequired, meaningOf, shapeOf, type Schema } from "../../config/schema-walk.ts";
import { diagram, landscapePage } from "../../docs/generate/landscape-page.ts";
import { stackSchema } from "../../docs/generate/stack-schema.ts";
import { catalogue } from "../fixtures/landscape.ts";

const schema = settingsSchema(catalogue);

test("the generated pages and the schema of editors say what catalogue and settings say", () => {
  // In a process of its own: the formatter cannot be loaded here.
  const run = () =>
    execFileSync(process.execPath, [join(projectDir, "docs/generate/main.ts"), "--check"], { stdio: "pipe" });
  expect(run).not.toThrow();
}, 60_000);

describe("every setting says", () => {
  const settings = (above: string, schema: Schema): [string, Schema][] => {
    const { options = [] } = definitionOf(bare(schema));
    const children =
      options.length > 0 ? options.map((option) => shapeOf(option, undefined)) : [shapeOf(schema, undefined)];
    return children.flatMap(Object.entries<Schema>).flatMap(([key, child]): [string, Schema][] => {
      const path = above ? `${above}.${key}` : key;
      return [[path, child], ...settings(path, child)];
    });
  };
  const all = settings("", schema);

  test.each(all)("what it means: %s", (_, setting) => {
    const { description, unit } = meaningOf(setting);
    expect(description).toMatch(/\.$/);
    expect(unit !== undefined).toBe(definitionOf(bare(setting)).type === "number");
  });

  test.each(all.filter(([, setting]) => meaningOf(setting).examples))(
    "an example that can be used: %s",
    (_, setting) => {
      for (const example of meaningOf(setting).examples!) {
        expect(z.safeParse(setting as z.ZodType, example).error?.issues ?? []).toEqual([]);
      }
    },
  );

  test.each(all.filter(([, setting]) => !isRequired(setting) && Object.keys(shapeOf(setting, undefined)).length === 0))(
    "what holds without it: %s",
    (_, setting) => {
      expect(meaningOf(setting).absent ?? definitionOf(setting).defaultValue).toBeDefined();
    },
  );
});

describe("the landscape's page", () => {
  const lines = diagram(catalogue).split("\n");
  const arrows = lines.flatMap((line) => {
    const [, from, arrow, to] = /^ {2}(\S+) (-->|-\.->)\|".*"\| (\S+)$/.exec(line) ?? [];
    return from ? [`${from} ${arrow} ${to}`] : [];
  });

  test("draws every connection of the requirements", () => {
    expect(arrows).toEqual([
      "frontend-internet-shop --> service-shop-api",
      "frontend-crm --> service-crm-api",
      "frontend-mes --> service-mes-api",
      "service-shop-api --> store-shop-db",
      "service-crm-api --> store-shop-db",
      "service-mes-api --> store-mes-db",
      "service-mes-api --> store-files-storage",
      "service-crm-api --> store-messages-queue",
      "store-messages-queue --> service-mes-api",
      "service-mes-api --> store-messages-queue",
      "store-messages-queue --> service-crm-api",
      "service-shop-api -.-> service-crm-api",
      "service-shop-api -.-> store-files-storage",
      "service-crm-api -.-> store-files-storage",
    ]);
  });

  test("puts every back end into the boundary of its group", () => {
    const begin = lines.findIndex((line) => line.includes("subgraph group-mes"));
    expect(lines.slice(begin + 1, begin + 3).map((line) => line.trim())).toEqual([
      'service-mes-api["MES API<br/>[back end: dotnet]"]',
      "end",
    ]);
  });

  test("says in which view a connection is looked for", () => {
    const row = (id: string) =>
      landscapePage(catalogue)
        .split("\n")
        .find((line) => line.startsWith(`| \`${id}\``));
    expect(row("mes-api -> mes-db")).toContain("| store | yes | mes | mes |");
    expect(row("crm-api -> messages-queue -> mes-api")).toContain("| message | yes | crm, mes | all |");
    expect(row("shop-api -> files-storage")).toContain("| store | no | shop | shop |");
  });

  test("says of each step of an order who acts next and how long it may take", () => {
    const page = landscapePage(catalogue);
    expect(page).toContain(
      "| price requested | CRM API | request `POST /orders/{id}/price-request`, message `order.price-requested` | `mes.price-requests`, 10m | MES API | price calculated or price refused by MES | 45m |",
    );
    expect(page).toContain("| closed | CRM API | request `POST /orders/{id}/close` |  |  | over: closed |  |");
    expect(landscapePage({ ...catalogue, steps: undefined })).not.toContain("Steps of an order");
  });

  test("a title cannot break out of its label", () => {
    const odd = { ...catalogue, frontends: { odd: { title: 'a "b" <c>' } } };
    expect(diagram(odd)).toContain('frontend-odd["a #quot;b#quot; #lt;c#gt;<br/>');
  });
});

describe("what editors know", () => {
  const { config } = stackSchema(schema).properties as { config: z.core.JSONSchema.BaseSchema };

  test("is every setting behind the project's prefix, and that others of that prefix are mistakes", () => {
    expect(Object.keys(config.properties!)).toContain("order-tracing:access");
    const [pattern] = Object.keys(config.patternProperties!);
    expect("order-tracing:acess").toMatch(new RegExp(pattern!));
    expect("order-tracing:access").not.toMatch(new RegExp(pattern!));
    expect("aws:region").not.toMatch(new RegExp(pattern!));
  });

  test("leaves names of the landscape open: a stack may be about another one", () => {
    const block = config.properties!["order-tracing:services"] as z.core.JSONSchema.BaseSchema;
    expect(Object.keys(block.properties!)).toEqual(["crm-api", "mes-api", "shop-api"]);
    expect(block.additionalProperties).toMatchObject({ type: "object", additionalProperties: false });
  });
});
