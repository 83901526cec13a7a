import { existsSync } from "node:fs";
const warm = "/tmp/warm";
export function binary(name: string): string {
  const file = `${warm}/${name === "etcd" ? "server" : name}`;
  if (!existsSync(file)) throw new Error(`${file} missing`);
  return file;
}
