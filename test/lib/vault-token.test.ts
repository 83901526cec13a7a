import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vaultToken } from "../../lib/vault-token.ts";

describe("the run's token for Vault", () => {
  const before = { ...process.env };
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "order-tracing-home-"));
    process.env["HOME"] = home;
    delete process.env["VAULT_TOKEN"];
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
    process.env = { ...before };
  });

  test("is that of the environment, else that of `vault login`, else none", () => {
    expect(vaultToken()).toBeUndefined();
    writeFileSync(join(home, ".vault-token"), "s.login\n");
    expect(vaultToken()).toBe("s.login");
    process.env["VAULT_TOKEN"] = "";
    expect(vaultToken()).toBe("s.login");
    process.env["VAULT_TOKEN"] = "s.run";
    expect(vaultToken()).toBe("s.run");
  });

  test("an empty file is none", () => {
    writeFileSync(join(home, ".vault-token"), "\n");
    expect(vaultToken()).toBeUndefined();
  });
});
