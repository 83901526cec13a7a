import { readlink } from "node:fs/promises";
import { isAbsolute, join } from "node:path";

/** Where a path of a root is on this machine: its links lead to places in the root, and would lead to ones of this machine. */
export async function inRoot(root: string, path: string): Promise<string> {
  let found = "/";
  for (let rest = path.split("/"); rest.length > 0;) {
    const [part = "", ...others] = rest;
    const target = await readlink(join(root, found, part)).catch(() => undefined);
    if (target === undefined) found = join(found, part);
    else if (isAbsolute(target)) found = "/";
    rest = [...(target?.split("/") ?? []), ...others];
  }
  return join(root, found);
}
