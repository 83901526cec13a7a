/** A resource as the real program registered it, without the component that it is in. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Type and name of each one before it that it waits for. */
  readonly dependsOn: readonly string[];
  readonly ignoreChanges?: readonly string[];
  /** As they travel to the engine: what is not known yet, and what is secret, is marked. */
  readonly props: Readonly<Record<string, unknown>>;
}

/** By this a recording knows a resource again. */
export const keyOf = ({ type, name }: Pick<Recorded, "type" | "name">): string => `${type} ${name}`;

/** File of the recording, for both programs. */
export const recordingVariable = "BENCH_RECORDING";
