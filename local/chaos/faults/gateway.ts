import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { load } from "js-yaml";
import { z } from "zod";
import { AskError } from "../../../lib/ask-error.ts";
import { defaultNamespace as namespace, gatewayName as name } from "../../../lib/names.ts";
import { waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { hold, type Live } from "./live.ts";

const withProviders = z.object({
  extensions: z.object({ oidc: z.object({ providers: z.array(z.object({ audience: z.string() }).loose()) }) }),
});

/** The gateway wants tokens for somebody else, and refuses all for good: what an agent offers it then, the agent throws away. */
export async function knowsNobody(live: Live): Promise<void> {
  const { apps, core } = live.kubernetes;
  const { spec } = await apps.readNamespacedDeployment({ name, namespace });
  const { containers, volumes = [] } = spec!.template.spec!;
  const [{ args = [] }] = containers as [(typeof containers)[number]];
  const configMaps = volumes.flatMap(({ configMap }) => configMap?.name ?? []);
  const texts = await Promise.all(configMaps.map((one) => core.readNamespacedConfigMap({ name: one, namespace })));
  const text = texts.map(({ data }) => data?.["config.yaml"]).find((one) => one !== undefined);
  if (text === undefined) throw new AskError("The gateway has no configuration that could be changed.");
  const { extensions } = withProviders.parse(load(text));
  const providers = extensions.oidc.providers.map((provider) => ({ ...provider, audience: "nobody" }));

  const start = async (value: readonly string[]) => {
    const body = [{ op: "replace", path: "/spec/template/spec/containers/0/args", value }];
    const options = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);
    await apps.patchNamespacedDeployment({ name, namespace, body }, options);
    await waitUntilReady(live.kubernetes, { kind: "Deployment", namespace, name }, { signal: live.signal });
  };
  try {
    // A later configuration counts more; of a list, all of it.
    await start([...args, `--config=yaml:${JSON.stringify({ extensions: { oidc: { providers } } })}`]);
    live.progress("the gateway knows nobody");
    await hold(live);
  } finally {
    await start(args);
    live.progress("the gateway knows the agents");
  }
}
