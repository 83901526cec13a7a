import type { Layer } from "./layer.ts";

/** How an image's program is started. */
export interface ImageConfig {
  /** Entrypoint. */
  command: readonly string[];
  /** `uid:gid`. Default: root; pods set their own. */
  user?: string;
  environment?: Record<string, string>;
  /** Working directory. Default `/`. */
  directory?: string;
  /** What asks the program to end. Default `SIGTERM`. */
  stopSignal?: `SIG${string}`;
}

/** An image of the local environment. */
export interface ImageDefinition {
  /** Full name with tag, as pods use it. */
  name: string;
  config: ImageConfig;
  /** From the bottom up. Preparing them may build programs. */
  layers(signal?: AbortSignal): Promise<Layer[]>;
}
