import { Listr, PRESET_TIMER, type DefaultRenderer, type ListrTaskWrapper, type SimpleRenderer } from "listr2";
import type { Job } from "./jobs.ts";
import { part, type PartId } from "./parts.ts";

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

const clock = (since: number): string => {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Shows jobs one after the other until each is done: a live list on a terminal, plain lines elsewhere. @throws the first failure. */
export async function showJobs(ids: readonly PartId[], start: (id: PartId) => Job): Promise<void> {
  const warnings: string[] = [];
  const tasks = ids.map((id, index) => ({
    title: `Toolchain ${index + 1}/${ids.length}: ${id} ${part(id).version}`,
    task: async (_: unknown, task: Task) => {
      const job = start(id);
      try {
        await follow(job, task);
      } finally {
        warnings.push(...job.warnings);
      }
    },
  }));
  try {
    await new Listr<unknown, "default", "simple">(tasks, {
      renderer: "default",
      fallbackRenderer: "simple",
      rendererOptions: { timer: PRESET_TIMER, collapseErrors: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
      // Its own listener would end the process before the compiler is stopped and the staging folder removed.
      registerSignalListeners: false,
    }).run();
  } finally {
    for (const warning of warnings) console.warn(warning);
  }
}

async function follow(job: Job, task: Task): Promise<void> {
  const show = process.stdout.isTTY
    ? () => (task.output = `${[job.status, job.detail].filter(Boolean).join(", ")}, ${clock(job.since)}`)
    : () => (task.output = job.status);
  let shown = "";
  job.changed = () => {
    if (process.stdout.isTTY || !job.status || job.status === shown) return;
    shown = job.status;
    show();
  };
  job.changed();
  const ticking = process.stdout.isTTY ? setInterval(show, 1000) : undefined;
  try {
    await job.done;
  } finally {
    clearInterval(ticking);
  }
}
