/**
 * `npm run verify -- --leaks` for the local environment: looks for the customers of the company's own database, with the rights
 * of the reader of all groups. What follows `--` is handed on.
 */
import { join } from "node:path";
import { execa } from "execa";
import { readStack } from "../../config/stack-file.ts";
import { connect, type Kubernetes } from "../landscape/kubernetes/client.ts";
import { exec } from "../landscape/kubernetes/exec.ts";
import { nameLabel } from "../landscape/kubernetes/workload.ts";
import { storeReader } from "../landscape/vault/store-reader.ts";
import { kubeconfig, repositoryDir } from "../paths.ts";

const stack = "local";
const database = "shop-db";

/** Names and addresses of those who ordered in the last minutes, and the part of an address that tells who it is. */
async function customers(kubernetes: Kubernetes, minutes: number): Promise<string[]> {
  const { items } = await kubernetes.core.listNamespacedPod({
    namespace: "shop",
    labelSelector: `${nameLabel}=${database}`,
  });
  const pod = items.find(({ status }) => status?.phase === "Running")?.metadata?.name;
  if (!pod) throw new Error(`No pod of ${database} runs. "npm run local" starts it.`);
  const query =
    "SELECT DISTINCT unnest(ARRAY[c.name, c.email, split_part(c.email, '@', 1)]) FROM customers c " +
    `JOIN orders o ON o.customer_id = c.id WHERE o.created_at > now() - interval '${minutes} minutes'`;
  const psql = `PGPASSWORD="$POSTGRES_PASSWORD" psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -At -c "${query}"`;
  const rows = await exec(kubernetes, { namespace: "shop", pod, container: database }, ["bash", "-c", psql]);
  return rows.split("\n").filter(Boolean);
}

try {
  const { settings } = readStack(stack);
  const values = await customers(connect(), settings.proof.lookbackMinutes);
  if (values.length === 0) throw new Error("Nobody ordered lately: node local/landscape/driver/main.ts");
  const { username, password } = await storeReader();
  const { exitCode } = await execa(
    process.execPath,
    [join(repositoryDir, "verify/main.ts"), "--stack", stack, "--leaks", "--customers", "-", ...process.argv.slice(2)],
    {
      ...{ input: `${values.join("\n")}\n`, stdout: "inherit", stderr: "inherit", reject: false },
      env: { KUBECONFIG: kubeconfig, ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password },
    },
  );
  process.exitCode = exitCode ?? 2;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
