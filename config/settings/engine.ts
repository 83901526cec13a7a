import { z } from "zod";
import { commandLine } from "../text-types.ts";

/** How Pulumi is run here. */
export const engine = z
  .strictObject({
    command: commandLine.default(["pulumi"]).meta({
      description:
        "Pulumi's command line, which `npm run preview` and `npm run up` give their arguments: another one hands over credentials or chooses the state.",
      examples: [["pulumi", "env", "run", "company/tracing", "--", "pulumi"]],
    }),
  })
  .prefault({})
  .meta({ description: "How Pulumi is run.", examples: [{ command: ["pulumi"] }] });
