import { corporateDomain } from "../domain.ts";

/** Somebody, or a program, that the company's identity provider knows. */
export interface Account {
  /** Subject of its tokens. */
  readonly name: string;
  readonly title: string;
  readonly email: string;
  /** As the provider's claim of that name lists them. */
  readonly groups: readonly string[];
  /** A program: it has no use for a sign-in page. Default: a person. */
  readonly robot?: boolean;
}

const at = (name: string, domain = corporateDomain): string => `${name}@${domain}`;

/** Everybody that the local company's sign-in knows, and the groups that decide what they see. */
export const accounts: readonly Account[] = [
  { name: "support", title: "Support", email: at("support"), groups: ["tracing-support"] },
  { name: "devops", title: "DevOps", email: at("devops"), groups: ["tracing-devops"] },
  { name: "shop.developer", title: "Shop developer", email: at("shop.developer"), groups: ["team-shop"] },
  { name: "crm.developer", title: "CRM developer", email: at("crm.developer"), groups: ["team-crm"] },
  { name: "mes.developer", title: "MES developer", email: at("mes.developer"), groups: ["team-mes"] },
  { name: "nogroup", title: "Employee without a group", email: at("nogroup"), groups: [] },
  // The right group and the wrong company: a partner's account in the same provider.
  { name: "stranger", title: "Stranger", email: at("stranger", "another.test"), groups: ["tracing-support"] },
  { name: "verify", title: "Proof of the tracing", email: at("verify"), groups: ["tracing-proof"], robot: true },
];
