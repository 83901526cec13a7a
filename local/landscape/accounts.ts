import type { CompanyNamespace } from "./namespaces.ts";

/** Account of a store: who keeps it, and in which other namespaces its clients live. */
export interface Account {
  /** Name of the store, and of the Secrets that hold the account under the keys `username` and `password`. */
  readonly name: string;
  readonly username: string;
  readonly home: CompanyNamespace;
  readonly clients: readonly CompanyNamespace[];
}

/** Accounts of the company's stores. */
export const accounts: readonly Account[] = [
  { name: "shop-db", username: "shop", home: "shop", clients: ["crm"] },
  { name: "mes-db", username: "mes", home: "mes", clients: [] },
  { name: "messages-queue", username: "orders", home: "crm", clients: ["mes"] },
  { name: "files-storage", username: "company-files", home: "mes", clients: ["shop", "crm"] },
];
