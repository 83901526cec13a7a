import "../support/without-sdks.ts";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  vaultAgentConfigMap,
  vaultAgentPod,
  vaultAgentPolicy,
  type VaultAgentPlan,
} from "../../components/vault/vault-agent.ts";
import { accountInTurn } from "../../components/vault/account-in-turn.ts";
import { loginKeys } from "../../components/vault/login-keys.ts";
import { vaultPaths } from "../../components/vault/paths.ts";
import { images } from "../../config/versions.ts";
import { companyCa, context, contextOf, serviceAccountKey } from "../support/context.ts";
import type { Loose } from "../support/loose.ts";
import { workloadPlans } from "../../components/workloads.ts";

test("Vault verifies logins by the keys of the file, or by those that the issuer or an address shows", () => {
  const of = (oidc: object) =>
    loginKeys({ ...contextOf({ cluster: { oidc } }), serviceAccountKeys: undefined, issuerCa: companyCa });
  expect(loginKeys(context)).toEqual({ jwtValidationPubkeys: [serviceAccountKey] });
  expect(of({ vaultKeys: "issuer" })).toEqual({
    oidcDiscoveryUrl: "https://kubernetes.default.svc.cluster.local",
    oidcDiscoveryCaPem: companyCa,
  });
  const jwksUrl = "https://api.example:6443/openid/v1/jwks";
  expect(of({ vaultKeys: jwksUrl })).toEqual({ jwksUrl, jwksCaPem: companyCa });
});

describe("Vault Agent", () => {
  const reads = ["secret/data/tracing/test/a"];
  const plan: VaultAgentPlan = {
    workload: "w",
    files: [
      { kind: "certificate", dnsNames: ["w.tracing.svc", "w-0"] },
      accountInTurn({ database: "db" }, ["w-a", "w-b"], { file: "account", render: "{{ $account.password }}" }),
      { kind: "template", file: "users", contents: "{{ x }}", reads },
    ],
  };

  test("policy: exactly what the files need, issue and renew are the only writes", () => {
    expect(vaultAgentPolicy(context, plan)).toBe(
      [
        'path "tracing-test-pki/issue/w" {\n  capabilities = ["update"]\n}\n',
        'path "db/static-creds/w-a" {\n  capabilities = ["read"]\n}\n',
        'path "db/static-creds/w-b" {\n  capabilities = ["read"]\n}\n',
        'path "secret/data/tracing/test/a" {\n  capabilities = ["read"]\n}\n',
        'path "auth/token/renew-self" {\n  capabilities = ["update"]\n}\n',
      ].join("\n"),
    );
    expect(vaultAgentPolicy(context, { workload: "w", files: [] })).not.toContain("issue");
  });

  test.each(workloadPlans(context).map((of) => [of.workload, of] as const))(
    "policy of %s has no wildcard, no foreign role",
    (name, of) => {
      const rules = [...vaultAgentPolicy(context, of).matchAll(/path "(.+)" \{\n {2}capabilities = \[(.+)\]/g)];
      expect(rules.length).toBe(vaultAgentPolicy(context, of).split("path ").length - 1);
      for (const [, path, capabilities] of rules) {
        expect(path).not.toMatch(/[*+]/);
        const writes = [`tracing-test-pki/issue/${name}`, "auth/token/renew-self"];
        expect(capabilities).toBe(writes.includes(path!) ? '"update"' : '"read"');
      }
    },
  );

  test("configuration: keeps its token, fails on a missing key, and leaves nothing readable behind", () => {
    const files = vaultAgentConfigMap(context, plan);
    expect(Object.keys(files).sort()).toEqual(["agent.json", "vault-ca.crt"]);
    expect(files["vault-ca.crt"]).toBe(`${companyCa}\n`);
    const { vault, auto_auth, template_config, template } = JSON.parse(files["agent.json"]!) as Loose;
    expect(vault).toEqual({ address: "https://vault.vault.svc:8200", ca_cert: "/vault/trust/vault-ca.crt" });
    expect(auto_auth).toEqual({
      method: [
        {
          type: "jwt",
          mount_path: "auth/tracing-test-jwt",
          config: { path: "/vault/token/token", role: "w", remove_jwt_after_reading: false },
        },
      ],
    });
    // A Vault that is away must not end the agent of a running pod.
    expect(template_config.exit_on_retry_failure).toBe(false);
    // Half of a certificate's three days is left for a Vault that is away.
    expect(template_config.lease_renewal_threshold).toBe(0.5);
    expect(template).toHaveLength(3);
    for (const rendered of template as Loose[]) {
      expect(rendered).toMatchObject({ error_on_missing_key: true, perms: "0440", backup: false });
    }
    const [certificate, account, users] = template as Loose[];
    expect(certificate!.destination).toBe("/vault/secrets/bundle.pem");
    expect(certificate!.contents).toContain(
      '{{- with pkiCert "tracing-test-pki/issue/w" "common_name=w.tracing.svc" "alt_names=w-0" -}}',
    );
    const written = [
      ...(certificate!.contents as string).matchAll(/\{\{ ([^{]+) \| writeToFile "(\S+)" "" "" "(\d+)"/g),
    ];
    expect(written.map(([, part, path, mode]) => `${part} ${path} ${mode}`)).toEqual([
      ".Key /vault/secrets/tls.key 0640",
      ".CA /vault/secrets/ca.crt 0640",
      'printf "%s%s" .Cert (join "" .CAChain) /vault/secrets/tls.crt 0640',
    ]);
    // A restarted agent reads from it what it has: without the chain it would write a shorter one.
    expect(certificate!.contents).toContain('{{ .Key }}{{ .Cert }}{{ join "" .CAChain }}');
    expect(account).toMatchObject({ destination: "/vault/secrets/account" });
    expect(users).toMatchObject({ destination: "/vault/secrets/users", contents: "{{ x }}" });
  });

  test("pods that talk to each other have a certificate with their own name each, among those that the role allows", () => {
    const file = {
      kind: "certificate",
      dnsNames: ["w.tracing.svc", "w-nodes.tracing.svc"],
      pods: ["w-0", "w-1"],
    } as const;
    const config = vaultAgentConfigMap(context, { workload: "w", files: [file] })["agent.json"]!;
    expect((JSON.parse(config) as Loose).template[0].contents).toContain(
      '"common_name=w.tracing.svc" (print "alt_names=w-nodes.tracing.svc," (env "HOSTNAME")) -}}',
    );
  });

  test("asks in the namespace of Vault that the settings name", () => {
    const vault = { address: "https://vault.vault.svc:8200", caFile: "ca.crt", namespace: "admin/tracing" };
    const config = vaultAgentConfigMap(contextOf({ vault }), plan)["agent.json"]!;
    expect((JSON.parse(config) as Loose).vault.namespace).toBe("admin/tracing");
  });

  test("a secret of the company's KV is one field of it, and may be read by its path alone", () => {
    const files: VaultAgentPlan["files"] = [{ kind: "kv", file: "key", secret: "cookie-shop", field: "secret" }];
    const { template } = JSON.parse(vaultAgentConfigMap(context, { workload: "w", files })["agent.json"]!) as Loose;
    expect(template[0]).toMatchObject({
      destination: "/vault/secrets/key",
      contents: '{{- with secret "secret/data/tracing/test/cookie-shop" -}}{{ .Data.data.secret }}{{- end -}}',
      perms: "0440",
    });
    expect(template[0]).not.toHaveProperty("exec");
    expect(vaultAgentPolicy(context, { workload: "w", files })).toContain(
      'path "secret/data/tracing/test/cookie-shop" {\n  capabilities = ["read"]\n}',
    );
  });

  test("ends the process that reads a file only at its start, and does no harm where there is none", async () => {
    const name = `reader-${process.pid}`.slice(0, 15);
    const files: VaultAgentPlan["files"] = [
      { kind: "kv", file: "key", secret: "cookie-shop", field: "secret", restarts: name },
    ];
    const { template } = JSON.parse(vaultAgentConfigMap(context, { workload: "w", files })["agent.json"]!) as Loose;
    const [shell, ...args] = template[0].exec.command as [string, ...string[]];
    // No such process: the first start of a pod.
    execFileSync(shell, args);

    // The process names itself, as the kernel knows it; one beside it has another name.
    const named = (own: string) =>
      spawn("sh", ["-c", `printf %s ${own} > /proc/$$/comm; echo ready; while :; do sleep 0.1; done`], {
        stdio: ["ignore", "pipe", "ignore"],
      });
    const [reader, bystander] = [named(name), named(`x${name}`.slice(0, 15))];
    try {
      await Promise.all([reader, bystander].map(({ stdout }) => once(stdout, "data")));
      const ended = once(reader, "exit");
      execFileSync(shell, args);
      expect(await ended).toEqual([null, "SIGTERM"]);
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    } finally {
      reader.kill();
      bystander.kill();
    }
  });

  test("a certificate of one name has no other names", () => {
    const files = [{ kind: "certificate", dnsNames: ["w.tracing.svc"] } as const];
    const config = vaultAgentConfigMap(context, { workload: "w", files })["agent.json"];
    expect(config).toContain("common_name=w.tracing.svc");
    expect(config).not.toContain("alt_names");
  });

  test("containers: one renders before the rest starts, one stays beside it; secrets are in memory only", () => {
    const { init, sidecar, volumes, mount } = vaultAgentPod(context, "w");
    const command = ["vault", "agent", "-config=/vault/config/agent.json"];
    expect(init).toMatchObject({ name: "vault-agent-init", command: [...command, "-exit-after-auth"] });
    expect(init.restartPolicy).toBeUndefined();
    expect(sidecar).toMatchObject({ name: "vault-agent", command, restartPolicy: "Always", image: images.vault });
    expect(volumes).toEqual([
      { name: "vault-secrets", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } },
      { name: "vault-agent", configMap: { name: "w-vault-agent" } },
      {
        name: "vault-token",
        projected: {
          sources: [{ serviceAccountToken: { audience: "vault", expirationSeconds: 3600, path: "token" } }],
        },
      },
    ]);
    expect(mount).toEqual({ name: "vault-secrets", mountPath: "/vault/secrets" });
    expect(vaultAgentPod(context, "w", "/elsewhere").mount.mountPath).toBe("/elsewhere");
  });

  test("paths carry the stack's name: two stacks can share a Vault", () => {
    const [one, other] = ["dev", "prod"].map((stack) => vaultPaths({ ...context, stack }));
    expect(one!.kv("x")).toBe("secret/data/tracing/dev/x");
    for (const key of ["pki", "jwt", "database", "policyPrefix"] as const) expect(one![key]).not.toBe(other![key]);
    const { settings } = contextOf({ vault: { ...context.settings.vault, kvMount: "company" } });
    expect(vaultPaths({ stack: "dev", settings }).kv("x")).toBe("company/data/tracing/dev/x");
  });
});
