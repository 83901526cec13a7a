import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vaultToken } from "../../lib/vault-token.ts";

describe("the run's token for Vault", () => {
  const home = mkdtempSync(join(tmpdir(), "order-tracing-home-"));
  afterAll(() => rmSync(home, { recursive: true }));

  test("is that of the environment, else that of `vault login`, else none", () => {
    expect(vaultToken({}, home)).toBeUndefined();
    writeFileSync(join(home, ".vault-token"), "s.login\n");
    expect(vaultToken({}, home)).toBe("s.login");
    expect(vaultToken({ VAULT_TOKEN: "" }, home)).toBe("s.login");
    expect(vaultToken({ VAULT_TOKEN: "s.run" }, home)).toBe("s.run");
    writeFileSync(join(home, ".vault-token"), "\n");
    expect(vaultToken({}, home)).toBeUndefined();
  });
});
