import { issuer } from "../../landscape/identity/settings.ts";

/** What an answer means to whoever asked for data. */
export function meaning(status: number, location: string, text: string): string {
  if (status === 200) return /^\s*\{"services":/.test(text) ? "served" : "200 without data";
  if (status === 302) return location.startsWith(`${issuer}/`) ? "sign in" : `302 to ${location}`;
  return String(status);
}
