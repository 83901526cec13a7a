import { statfs } from "node:fs/promises";
import { execa } from "execa";
import { atEnd, newFolder } from "../collector/process.ts";

/** A disk of its own for a sampler. */
export interface Disk {
  readonly folder: string;
  /** Share of it that is in use. */
  used(): Promise<number>;
}

/** Makes a disk of a given size, in memory: it is full when it is full, and a crash of the sampler loses nothing of it. */
export async function newDisk(gib: number): Promise<Disk> {
  const folder = await newFolder();
  await execa("mount", ["-t", "tmpfs", "-o", `size=${gib}g,mode=0700`, "tmpfs", folder]);
  atEnd(async () => {
    await execa("umount", ["--lazy", folder]);
  });
  return {
    folder,
    async used() {
      const { blocks, bfree } = await statfs(folder);
      return 1 - bfree / blocks;
    },
  };
}
