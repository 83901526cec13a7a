import { z } from "zod";
import { commandsOf } from "../core/commands.ts";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { record, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";

const images =
  /(?:^|\/)(?:cloudflared|ngrok|frpc|frps|inlets(?:-pro)?|chisel|bore|localtunnel|tailscale|zrok)(?:[:@]|$)/;
const commands =
  /\bkubectl\b[^\n|;&]*\s(?:port-forward|proxy)\b[^\n|;&]*--address|\bsocat\b[^\n|;&]*-LISTEN:|\bssh\b[^\n|;&]*\s-\w*R\b|\bcloudflared\b[^\n|;&]*\stunnel\b|\bngrok\s+(?:http|tcp|start)\b/i;
const annotations = /^tailscale\.com\/(?:funnel|expose)$|^(?:k8s\.ngrok\.com|inlets\.dev)\//;
/** Switches by which routes lead further than they may say for themselves. */
const switches = /allow(?:externalnameservices|crossnamespace|emptyservices)$/;
/** `9200: tracing/elasticsearch:9200` of ingress-nginx: a port of the ingress itself. */
const forwarded = /^[\w-]+\/[\w.-]+:[\w-]+(?::PROXY){0,2}$/;

export const tunnel = forResources({
  name: "exposure-tunnel",
  description: "Nothing leads into the cluster but routes and load balancers, which say who is let in.",
  severity: "critical",
  remediation: "Remove the tunnel, and let people in by a route to the login proxy.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...objectsOf(resource).flatMap(({ body, path }) =>
      Object.entries(record(record(body["metadata"])["annotations"]))
        .filter(([key, value]) => annotations.test(key) && text(value) !== "false")
        .map(([key]) => ({
          path: within(path, "metadata", "annotations", key),
          message: "lets in past the ingress; remove it",
        })),
    ),
    ...workloadsOf(resource).flatMap(({ containers }) =>
      containers
        .filter(({ spec }) => images.test(text(spec["image"]) ?? ""))
        .map(({ path }) => ({ path: `${path}.image`, message: "is a tunnel past the ingress; remove it" })),
    ),
    ...leavesOf(resource).flatMap(({ path, key, keys, value }) => {
      const given = String(value);
      if (switches.test(keys) && given === "true")
        return [{ path, message: "lets routes lead to other namespaces and hosts; remove it" }];
      if (/^\d+$/.test(key) && forwarded.test(given))
        return [{ path, message: `opens ${given} by TCP for everybody; use a route with TLS and an allow-list` }];
      return [];
    }),
    ...commandsOf(resource)
      .filter(({ line }) => commands.test(line))
      .map(({ path }) => ({ path, message: "opens a tunnel past the ingress; remove it" })),
  ],
});
