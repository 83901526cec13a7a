/**
 * Asks pods of a recorded API server for their ports, each case by a server of its own. The client of Kubernetes is a module
 * that the tests themselves cannot load: it runs in a process of its own.
 *
 * Arguments: cases as JSON. Prints what came of each, as JSON.
 */
import { readTakenPorts } from "../../../review/check/read-ports.ts";
import { PodServer, type PodAnswer } from "../../support/pod-server.ts";

/** What a case is about. */
export interface PortCase {
  answers?: Readonly<Record<number, PodAnswer>>;
  /** HTTP status in place of a tunnel. */
  status?: number;
  service: Parameters<typeof readTakenPorts>[1];
  known: Parameters<typeof readTakenPorts>[2];
}

/** What came of it. */
export interface PortOutcome {
  answer: Awaited<ReturnType<typeof readTakenPorts>>;
  /** Paths that were asked for, sorted. */
  asked: string[];
  /** Tunnels that were left. */
  open: number;
}

async function run({ answers = {}, status, service, known }: PortCase): Promise<PortOutcome> {
  const server = await new PodServer().listen();
  Object.assign(server, { answers, status });
  const answer = await readTakenPorts(server.config(), service, known);
  for (let turn = 0; turn < 1_000 && server.open > 0; turn++) await new Promise((done) => setImmediate(done));
  const outcome = { answer, asked: [...server.asked].sort(), open: server.open };
  await server.close();
  return outcome;
}

const cases = JSON.parse(process.argv[2]!) as PortCase[];
console.log(JSON.stringify(await Promise.all(cases.map(run))));
