/** Files that only say how things are called and where they are: what runs beside the program may read them as well. */
const names = "^components/[^/]+/(account-in-turn|addresses|names|paths|shared-names|store-plan)[.]ts$";

/** Nothing that a folder imports is outside of `allowed`. */
const only = (folder, comment, ...allowed) => ({
  name: `${folder}-imports-down`,
  comment,
  severity: "error",
  from: { path: `^${folder}(/|[.]ts$)` },
  to: { dependencyTypes: ["local"], pathNot: [`^${folder}/`, ...allowed] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    only("lib", "What everybody uses can use nobody."),
    only("config", "Settings and the landscape know nothing of what is made of them.", "^lib/"),
    only("components", "The stack does not know who runs or checks it.", "^(config|lib)/"),
    only(
      "index",
      "The program: settings, plan, a look at what is there, components.",
      "^(components|config|lib|review/(check|rollout|state))/",
    ),
    {
      ...only(
        "verify",
        "The proof asks the running system; what the plan wanted would prove itself.",
        "^(config|lib)/",
      ),
      from: { path: "^verify/", pathNot: "^verify/leaks/" },
    },
    // Who looks into the store itself must know where it is.
    only("verify/leaks", "As the proof; names are no plans.", "^(config|lib)/", names),
    {
      // What a credential looks like is said once.
      ...only(
        "review",
        "A command does not reach into another.",
        "^(config|lib)/",
        names,
        "^policies/secrets/forms[.]ts$",
      ),
      from: { path: "^review/", pathNot: "^review/(check|drift|rollout)/" },
    },
    // They try the very patch that the program is going to apply, and follow what becomes of it.
    ...["check", "rollout"].map((part) =>
      only(
        `review/${part}`,
        "As every command; and the plan of the wiring.",
        "^(config|lib)/",
        names,
        "^components/(wiring/|workloads[.]ts$|kubernetes/(fail-at-end|pod|workload-plan)[.]ts$)",
        "^review/check/",
      ),
    ),
    only(
      "review/drift",
      "As every command; and the plan of the wiring, with which it compares.",
      "^(config|lib|review)/",
      names,
      "^components/wiring/",
    ),
    ...["bootstrap", "support"].map((command) =>
      only(command, "A command does not reach into another.", "^(config|lib)/", names),
    ),
    only(
      "monitoring",
      "Writes what the plan says, and deploys nothing.",
      "^(config|lib)/",
      "^components/monitoring/files[.]ts$",
    ),
    {
      ...only(
        "local",
        "The demonstration is a guest: it takes names, not plans.",
        "^(config|lib)/",
        names,
        "^package[.]json$",
        "^sdks/[^/]+/package[.]json$",
        // A fault that people make by a command is made by its steps, and so is what it leaves.
        "^bootstrap/(rotation|steps)[.]ts$",
      ),
      // But some checks run the very configuration that the plan makes, on the real collector, or the very patch.
      from: {
        path: "^local/",
        pathNot:
          "^local/(bench|chaos|checks/(addresses|agent-metrics|audit|backlog|before|collector|endpoints|fields|front-ends|monitoring|redaction|rights|sampling|search|shared-store|snapshots|store|token-keys|vault-namespace)|test/bench[.]test)(/|[.]ts$)",
      },
    },
    only("policies", "The pack is of use without this stack: what it is told of it, is its configuration."),
    {
      name: "policies-from-tests-only",
      comment: "The engine runs the pack beside the program; only the pages that describe it read it as well.",
      severity: "error",
      from: { pathNot: "^(policies|test/policies|docs/generate)/" },
      to: { path: "^policies/", pathNot: "^policies/secrets/forms[.]ts$" },
    },
    {
      name: "no-foreign-insides",
      comment: "A folder of components uses of another what is listed here: the list is that folder's surface.",
      severity: "error",
      from: { path: "^components/([^/]+)/" },
      to: {
        path: "^components/",
        pathNot: [
          "^components/($1|kubernetes|otel)/",
          "^components/elasticsearch/(addresses|names)[.]ts$",
          "^components/vault/(account-in-turn|paths|vault-agent|workload-identity)[.]ts$",
          // The proxy stands in the pods of Jaeger; outputs say who sees what.
          "^components/access/(audit|sign-in)[.]ts$",
          // The agent is made where the applications are wired.
          "^components/collector/agent-config[.]ts$",
          // What the gateway lets through is what the store can search by.
          "^components/collector/redaction/allowed-keys[.]ts$",
        ],
      },
    },
    {
      name: "no-circle",
      comment: "What a module is depends on who was loaded first. Types are erased, and may go both ways.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "nobody-knows-the-company",
      comment:
        "config/catalogue.ts is data that the stack's settings name: whoever plans with it gets it as an argument.",
      severity: "error",
      // The generated pages are about the company.
      from: { pathNot: "^docs/generate/main[.]ts$" },
      to: { path: "^config/catalogue[.]ts$" },
    },
    {
      name: "names-without-sdk",
      comment: "Commands read these files and lib/: the engine's SDKs would cost each of them seconds.",
      severity: "error",
      from: { path: [names, "^lib/"] },
      to: { path: "@pulumi/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "commands-are-not-modules",
      comment: "To import a command runs it. Which is what a recording of the program's resources is for.",
      severity: "error",
      from: { pathNot: "^local/bench/preview/programs/record[.]ts$" },
      to: { path: "^(index|.+/main|local/cli)[.]ts$" },
    },
    {
      name: "no-tests-in-the-product",
      severity: "error",
      from: { pathNot: "^((local|policies)/)?test/" },
      to: { path: "^((local|policies)/)?test/" },
    },
    {
      name: "no-development-dependency",
      comment: "`npm ci --omit=dev` must leave a program that runs.",
      severity: "error",
      from: { pathNot: "^((local/)?test|docs/generate)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "/@types/" },
    },
    {
      name: "found",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^sdks/"] },
    exclude: {
      path: [
        "^[^/]+[.](js|config[.]ts)$",
        "^sdks/",
        "^local/landscape/services/",
        "^local/images/autoinstrumentation-nodejs/",
      ],
    },
    // Some packages say only by their exports what may be imported.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
