import type { Properties, Table } from "./properties.ts";

/** One resource type of a provider: its table of inputs, and what to do with it on the server. */
export interface ResourceType<Client> {
  inputs: Table;
  /** Names of the properties that only the server sets. */
  outputs?: readonly string[];
  /** Refuses a combination of inputs, each of which is accepted. Values may be unknown. Returns the reasons. */
  check?(inputs: Properties): readonly string[];
  /** The identifier that the real provider gives it. Made of inputs where it can be: it tells whether two can coexist. */
  id(inputs: Properties): string;
  /** True if two with the same id can exist at once, so that a replacement makes the new one first. */
  coexists?: boolean;
  /** Makes it. Returns what only the server knows; `id` there replaces the one above. */
  create(client: Client, inputs: Properties): Promise<Properties | void>;
  /** The live object: inputs by name, and outputs. `undefined`: it is gone. */
  read(client: Client, state: Properties, id: string): Promise<Properties | undefined>;
  /** Changes it in place. Absent: every change replaces it. Returns like `create`. */
  update?(client: Client, news: Properties, olds: Properties): Promise<Properties | void>;
  /** Absent: there is nothing on the server to take away. */
  delete?(client: Client, state: Properties): Promise<void>;
}
