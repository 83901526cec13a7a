import { stateDir } from "../paths.ts";
import { volatileDir } from "./settings.ts";

/** Mount points of /proc/self/mountinfo that lie below our folders, the last mounted first. */
export function ourMounts(mountinfo: string): string[] {
  const targets = mountinfo.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
  return targets
    .map((target) => target.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))))
    .filter((target) => [stateDir, volatileDir].some((root) => target === root || target.startsWith(`${root}/`)))
    .reverse();
}
