import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { text } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";

const version = /^\d+\.\d+\.\d+$/;
const numbers = (of: string): number[] => of.split(".").map(Number);

function isOlder(one: string, other: string): boolean {
  const [a, b] = [numbers(one), numbers(other)];
  const differing = a.findIndex((part, index) => part !== b[index]);
  return differing >= 0 && a[differing]! < b[differing]!;
}

export const loginVersion = forResources({
  name: "exposure-login-version",
  description: "The login proxy is one without a known way around it.",
  severity: "critical",
  remediation: "Take a newer image of oauth2-proxy.",
  config: z.strictObject({
    // Before: GHSA-5hvv-m4w4-gf6v, GHSA-7x63-xv5r-3p2x, GHSA-pxq7-h93f-9jrg, GHSA-c5c4-8r6x-56w3.
    least: z.string().regex(version).default("7.15.2").meta({ description: "The oldest version that is accepted" }),
  }),
  judge: (resource, { config }) =>
    workloadsOf(resource).flatMap(({ containers }) =>
      containers.flatMap(({ spec, path }) => {
        const image = text(spec["image"]) ?? "";
        const [, tag] = /oauth2-proxy:v?([^@]+)/.exec(image) ?? [];
        if (!/oauth2-proxy(?:[:@]|$)/.test(image)) return [];
        // `7.15.3-alpine`; a digest alone says nothing of its age.
        const given = /^\d+\.\d+\.\d+/.exec(tag ?? "")?.[0];
        if (given === undefined)
          return [{ path: `${path}.image`, message: `${image} does not say its version; write it as the tag` }];
        return isOlder(given, config.least)
          ? [
              {
                path: `${path}.image`,
                message: `${given} lets people in without a login; write ${config.least} or newer`,
              },
            ]
          : [];
      }),
    ),
});
