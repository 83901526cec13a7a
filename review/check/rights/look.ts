import { AuthenticationV1Api, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { Context } from "../../../config/context.ts";
import { ask, read } from "../answer.ts";
import { unread, type Subject } from "../finding.ts";
import { inTurn } from "../in-turn.ts";
import { mayDo } from "./ask.ts";
import { judgeAccess } from "./judge.ts";
import { neededAccess, type Access } from "./needed.ts";

/**
 * Asks the cluster whether the run may do what an `up` does: one question for each verb and kind, since webhooks may decide too,
 * and they are not asked for a list of rights. Who may do everything in a namespace is asked nothing else about it.
 */
export async function lookAtRights(config: KubeConfig, context: Context): Promise<Subject> {
  const { namespace } = context.settings.cluster;
  const [user, space] = await Promise.all([
    ask(async () => (await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} })).status),
    ask(() => config.makeApiClient(CoreV1Api).readNamespace({ name: namespace })),
  ]);
  const name = read(user)?.userInfo?.username ?? "DEPLOYER";
  const isThere = space.state !== "missing";
  const needed = [...neededAccess(context), ...(isThere ? [] : [makeNamespace])];
  const places = [...new Set(needed.flatMap((access) => access.namespace ?? []))];
  const everything = await inTurn(places, (place) =>
    mayDo(config, { namespace: place, group: "*", resource: "*", verb: "*" }),
  );
  const open = new Set(places.filter((_, index) => read(everything[index]!) === true));
  const asked = needed.filter((access) => !open.has(access.namespace ?? ""));
  const answers = await inTurn(asked, (access) => mayDo(config, access));
  const unasked = answers.find(({ state }) => state === "unread");
  return {
    name: "rights",
    looked: `of ${name}`,
    findings: [
      ...judgeAccess(
        asked.filter((_, index) => read(answers[index]!) === false),
        name,
        { namespace, isThere },
      ),
      ...(unasked?.state === "unread" ? [unread(`what the run may do: ${unasked.reason}`)] : []),
    ],
  };
}

const makeNamespace: Access = { group: "", resource: "namespaces", verb: "create", guide: "own" };
