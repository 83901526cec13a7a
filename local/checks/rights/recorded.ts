/** An object that the engine is to make. */
export interface Recorded {
  /** Those of the layers before it are there first. */
  readonly layer: number;
  readonly name: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** File of them. */
export const objectsVariable = "RIGHTS_CHECK_OBJECTS";
