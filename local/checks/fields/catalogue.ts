import { defineCatalogue } from "../../../config/model.ts";
import { catalogue as company } from "../../landscape/catalogue.ts";
import { cases } from "./cases.ts";
import { nameOf } from "./names.ts";

const services = Object.fromEntries(
  cases.map((one) => [
    nameOf(one),
    {
      title: one.title,
      group: "shop" as const,
      runtime: one.runtime ?? ("java" as const),
      namespace: nameOf(one),
      workload: one.kind ?? ("Deployment" as const),
    },
  ]),
);

/** The local company, and a service for each case. */
export const catalogue = defineCatalogue({ ...company, services: { ...company.services, ...services } });
