import { AuthenticationV1Api, type KubeConfig, type V1Namespace } from "@kubernetes/client-node";
import type { Context } from "../../../config/context.ts";
import { ask, read, type Answer } from "../answer.ts";
import { unread, type Subject } from "../finding.ts";
import { inTurn } from "../in-turn.ts";
import { mayDo } from "./ask.ts";
import { judgeAccess } from "./judge.ts";
import { neededAccess, type Access } from "./needed.ts";

/**
 * Asks the cluster whether the run may do what an `up` does: one question for each verb and kind, since webhooks may decide too,
 * and they are not asked for a list of rights. Who may do everything in a namespace is asked nothing else about it.
 *
 * @param own the stack's own namespace.
 */
export async function lookAtRights(
  config: KubeConfig,
  context: Context,
  own: Promise<Answer<V1Namespace>>,
): Promise<Subject> {
  const { namespace } = context.settings.cluster;
  const [user, { state }] = await Promise.all([
    ask(async () => (await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} })).status),
    own,
  ]);
  const name = read(user)?.userInfo?.username ?? "DEPLOYER";
  const isThere = state !== "missing";
  const needed = [...neededAccess(context), ...(isThere ? [] : [makeNamespace])];
  const places = [...new Set(needed.flatMap((access) => access.namespace ?? []))];
  const everything = await inTurn(places, (place) =>
    mayDo(config, { namespace: place, group: "*", resource: "*", verb: "*" }),
  );
  const open = new Set(places.filter((_, index) => read(everything[index]!) === true));
  const asked = needed.filter((access) => !open.has(access.namespace ?? ""));
  const answers = await inTurn(asked, (access) => mayDo(config, access));
  const unasked = answers.find((answer) => answer.state === "unread");
  return {
    name: "rights",
    looked: `of ${name}`,
    findings: [
      ...judgeAccess(
        asked.filter((_, index) => read(answers[index]!) === false),
        name,
        { namespace, isThere },
      ),
      ...(unasked ? [unread("what the run may do", unasked)] : []),
    ],
  };
}

const makeNamespace: Access = { group: "", resource: "namespaces", verb: "create", guide: "own" };
