import { existsSync } from "node:fs";
import { ensurePart, partFolder, type Report } from "./build.ts";
import { part, type PartId } from "./parts.ts";

/** One part on its way. */
export interface Job {
  readonly id: PartId;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Settles with the part; a rejection that nobody listens to is not an error of the process. */
  readonly done: Promise<void>;
  /** Latest status of the work. */
  status: string;
  detail: string;
  /** Called on each new status. */
  changed: () => void;
  readonly warnings: string[];
}

const jobs = new Map<PartId, Job>();

/** End of the line: Go uses every core by itself, so one part is built at a time in this process. */
let last: Promise<unknown> = Promise.resolve();

/** Whether the part is in the cache. */
export const isPresent = (id: PartId): boolean => existsSync(partFolder(id, part(id)));

/** Runs `action` after all actions before it, whatever became of those. */
export function inLine<T>(action: () => Promise<T>): Promise<T> {
  const result = last.then(action);
  last = result.catch(() => {});
  return result;
}

/** Starts getting a part, or joins the job that is at it already. */
export function startJob(id: PartId, signal: AbortSignal): Job {
  const running = jobs.get(id);
  if (running) return running;
  const report: Report = {
    status(text, detail = "") {
      Object.assign(job, { status: text, detail });
      job.changed();
    },
    warn: (text) => job.warnings.push(text),
  };
  const done = inLine(async () => {
    await ensurePart(id, part(id), signal, report);
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Toolchain part ${id} ${part(id).version} could not be made: ${reason}`, { cause });
  });
  const job: Job = {
    id,
    since: Date.now(),
    done,
    status: jobs.size > 0 ? "waiting for its turn" : "",
    detail: "",
    changed: () => {},
    warnings: [],
  };
  jobs.set(id, job);
  const forget = () => jobs.delete(id);
  done.then(forget, forget);
  return job;
}
