import * as pulumi from "@pulumi/pulumi";
import { failAtEnd } from "../../components/kubernetes/fail-at-end.ts";
import type { Service } from "../../config/landscape.ts";
import { sayOutcome, type Outcome } from "./outcome.ts";

/** Tells how a rollout ended; a patch that was taken back makes the run end with an error. */
export async function report(service: Service, outcome: Outcome): Promise<void> {
  const said = sayOutcome(service, outcome);
  if (said?.level === "error") await failAtEnd(said.text);
  else if (said) await pulumi.log.warn(said.text);
}
