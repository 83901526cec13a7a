import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";

/** Settings by which a program lets in who has no name, each with what it does. */
const settings: readonly (readonly [keys: RegExp, values: RegExp, message: string])[] = [
  [/(?:^|\.)com\.sun\.management\.jmxremote\.port$/, /./, "opens the JVM to whoever reaches the port; remove it"],
  [/auth[._]anonymous[._]enabled$/, /^true$/i, "lets in who has no name; remove it"],
  [/ingressroute\.dashboard\.enabled$/, /^true$/i, "shows the controller's own pages; remove it"],
];

/** Grafana's sections. */
const anonymous = /\[auth\.anonymous\]\s*\n(?:[^[\n]*\n)*?\s*enabled\s*=\s*true/;

/** Texts by which a program is opened to a debugger beyond its pod. */
const texts: readonly RegExp[] = [
  /-agentlib:jdwp=(?=\S*\bserver=y)(?!\S*address=(?:localhost|127\.0\.0\.1):)\S+/,
  /--inspect(?:-brk)?=(?!localhost|127\.0\.0\.1|\d+(?:\s|$))\S+/,
];

export const debugging = forResources({
  name: "exposure-debugging",
  description: "No debugger, no management port and no page lets in who has no name.",
  severity: "high",
  remediation: "Remove the switch, or listen on 127.0.0.1.",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource).flatMap(({ path, keys, value }) => {
      const given = String(value);
      const found = settings.find(([of, wrong]) => wrong.test(given) && of.test(keys));
      if (found) return [{ path, message: found[2] }];
      if (anonymous.test(given)) return [{ path, message: "lets in who has no name; remove it" }];
      return texts.some((pattern) => pattern.test(given))
        ? [{ path, message: "lets a debugger in from outside of the pod; remove it" }]
        : [];
    }),
});
