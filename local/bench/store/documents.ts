import { startOurs } from "../chains/ours.ts";
import { drive } from "../load/drive.ts";
import { readRecording } from "../load/recording.ts";
import { reached } from "../pipeline/place.ts";

/**
 * Documents of spans as this stack's own chain writes them, from so many copies of the recording.
 *
 * @param tags as the stack's Jaeger writes them, or as Jaeger does if it is not told how.
 */
export async function documentsOf(
  tags: "ours" | "jaeger",
  { copies, rate, signal }: { copies: number; rate: number; signal: AbortSignal },
): Promise<readonly string[]> {
  const recording = await readRecording();
  const { store, entrances } = await startOurs(tags === "ours" ? 0 : 1, { keep: true, ownTags: tags === "ours" });
  try {
    const sent = await drive(recording, entrances, { rate, copies, signal });
    const arrived = await reached(() => store.spans(), sent, signal);
    if (arrived !== sent) throw new Error(`${sent - arrived} of ${sent} spans did not arrive.`);
    return store.documents;
  } finally {
    store.stop();
  }
}
