import { existsSync, statSync, utimesSync } from "node:fs";
import { certificateFiles } from "../../../components/vault/vault-agent.ts";
import { secretFile } from "../../chaos/faults/certificates.ts";
import { hold, type Live } from "../../chaos/faults/live.ts";
import { podsOf } from "../../chaos/processes.ts";

/**
 * The certificate of a workload looks as old as that: its file's time is another, what is in it stays.
 *
 * @param ageMs milliseconds.
 */
export async function aged(live: Live, workload: string, ageMs: number): Promise<void> {
  const files = (await podsOf(live.kubernetes, workload)).map((pod) => secretFile(pod, certificateFiles.bundle));
  const before = files.map((file) => statSync(file));
  const old = new Date(Date.now() - ageMs);
  for (const file of files) utimesSync(file, old, old);
  live.progress(`the certificate of ${workload} looks old`);
  try {
    await hold(live);
  } finally {
    for (const [index, { atime, mtime }] of before.entries()) {
      // A pod that is gone by now has taken its file with it.
      if (existsSync(files[index]!)) utimesSync(files[index]!, atime, mtime);
    }
    live.progress(`the certificate of ${workload} is as young as it was`);
  }
}
