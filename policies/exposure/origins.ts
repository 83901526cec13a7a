import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, record, text, within } from "../core/value.ts";

const keysOfOrigins = /(?:allow(?:ed)?[._-]?origins?|alloworiginlist(?:regex)?|alloworiginregex)(?:\.\d+)?$/;
const any = /^"?(?:\*|https?:\/\/\*|\/?\^?\.[*+]\$?\/?)"?$/;
const nginx = "nginx.ingress.kubernetes.io";

export const origins = forResources({
  name: "exposure-origins",
  description: "Browsers let pages of named sites alone ask the stack.",
  severity: "high",
  remediation: "Name each origin, with `https://`.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...leavesOf(resource)
      .filter(
        ({ keys, value }) =>
          keysOfOrigins.test(keys) &&
          String(value)
            .split(/[\s,]+/)
            .some((one) => any.test(one)),
      )
      .map(({ path, value }) => ({ path, message: `${String(value)} is every site; name the origins` })),
    // Its default is every site.
    ...objectsOf(resource).flatMap(({ body, path }) => {
      const annotations = record(at(body, "metadata", "annotations"));
      const open = text(annotations[`${nginx}/enable-cors`]) === "true";
      return open && annotations[`${nginx}/cors-allow-origin`] === undefined
        ? [
            {
              path: within(path, "metadata", "annotations", `${nginx}/enable-cors`),
              message: "is on for every site; name the origins in cors-allow-origin",
            },
          ]
        : [];
    }),
  ],
});
