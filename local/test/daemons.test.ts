import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { daemon, daemonNames } from "../cluster/daemons.ts";
import { ensureClusterPki } from "../cluster/pki.ts";
import { pkiDir } from "../paths.ts";

// The real folder may hold a running cluster's.
jest.mock("../paths.ts", () => {
  const pkiDir = mkdtempSync(join(tmpdir(), "order-tracing-daemons-"));
  const keys = { serviceAccountKey: join(pkiDir, "sa.key"), serviceAccountPublicKey: join(pkiDir, "sa.pub") };
  return { ...jest.requireActual<object>("../paths.ts"), pkiDir, ...keys };
});
jest.mock("../toolchain/index.ts", () => ({ binary: (name: string) => `/toolchain/${name}` }));
// An ES module, which Jest cannot load; only what asks running daemons needs it.
jest.mock("execa", () => ({}));

afterAll(() => rmSync(pkiDir, { recursive: true }));

test("every certificate and key that a daemon is started with is made", async () => {
  await ensureClusterPki();
  const args = daemonNames.flatMap((name) => daemon(name).args.map((arg) => [name, arg.split("=")[1] ?? ""] as const));
  const files = args.filter(([, value]) => value.startsWith(pkiDir));
  expect(new Set(files.map(([name]) => name))).toEqual(new Set(["etcd", "kube-apiserver", "kube-controller-manager"]));
  for (const [name, file] of files) expect([name, file, existsSync(file)]).toEqual([name, file, true]);
}, 30_000);

test("each runs the toolchain's program of its name, but Debian's containerd", () => {
  const commands = daemonNames.map((name) => daemon(name).command);
  expect(commands.filter((command) => command.startsWith("/toolchain/"))).toHaveLength(daemonNames.length - 1);
  expect(daemon("containerd").command).toBe("/usr/bin/containerd");
});

test("a change of its configuration file starts it again, as kubelet's and kube-proxy's cannot be told at run time", () => {
  for (const name of ["containerd", "kubelet", "kube-proxy"] as const) {
    expect(daemon(name).configuration?.length).toBeGreaterThan(0);
  }
});
