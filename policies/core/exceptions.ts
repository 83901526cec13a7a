import type { Exception } from "./settings.ts";
import type { Finding } from "./judgement.ts";
import type { Resource } from "./resource.ts";

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether the pattern, in which `*` stands for any text, is about this name. */
export const isLike = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(name);

/** Whether the exception is about this resource. */
export const isAbout = ({ resource: pattern }: Exception, { name, urn }: Resource): boolean =>
  isLike(pattern, pattern.includes(":") ? urn : name);

export const isExpired = ({ lastDay }: Exception, today: Date): boolean => lastDay < today.toISOString().slice(0, 10);

/** Whether the exception, which must not be expired, lets this finding pass. */
export function accepts(
  exception: Exception,
  policy: string,
  resource: Resource,
  finding: Finding,
  today: Date,
): boolean {
  if (exception.policy !== policy || isExpired(exception, today) || !isAbout(exception, resource)) return false;
  const { property } = exception;
  return (
    property === undefined ||
    finding.path === property ||
    (finding.path.startsWith(property) && /^[.[ ]/.test(finding.path.slice(property.length)))
  );
}
