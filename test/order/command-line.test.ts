import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { order } from "../support/spans.ts";

test.each([
  [[order], "--stack"],
  [["--stack", "local"], "give the id of an order, or --stuck"],
  [["--stack", "local", order, "--stuck"], "give the id of an order, or --stuck"],
  // It would find every order.
  [["--stack", "local", ".*"], '".*" is no id of an order'],
  [["--stack", "local", order, "--view", "billing"], "There is no view billing. Views are shop, crm, mes, all."],
])(
  "%j cannot ask: exit code 2",
  (args, text) => {
    const script = join(import.meta.dirname, "../../support/order/main.ts");
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], {
      encoding: "utf8",
      env: { ...process.env, KUBECONFIG: "/dev/null" },
    });
    expect(stderr).toContain(text);
    expect(status).toBe(2);
  },
  60_000,
);
