import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import languageProto from "@pulumi/pulumi/proto/language_pb.js";
import type {
  ProgramInfo,
  RunPluginRequest,
  RunPluginResponse,
  RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb.js";

/** The SDK's runner ends with it when it has already told the user what is wrong. */
const alreadyReported = 32;

const children = new Set<ChildProcess>();

/** Ends everything that this host started, as the engine asks for when the user presses Ctrl-C. */
export function stopAll(): void {
  for (const child of children) child.kill("SIGTERM");
}

/** Runs the Pulumi program to its end. A failure of the program is an answer, not an exception. */
export async function runProgram(request: RunRequest, engineAddress: string): Promise<RunResponse> {
  const info = request.getInfo();
  if (!info) throw new Error("the engine named no program to run");
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": info.getRootDirectory(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
    "dry-run": request.getDryrun() ? "true" : "",
  };
  const set = Object.entries(flags).filter(([, value]) => value !== "");
  const args = [...set.map(([flag, value]) => `--${flag}=${value}`), info.getEntryPoint(), ...request.getArgsList()];
  const env = {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const child = start(info, { runner: "run", args, cwd: request.getPwd(), output: "inherit", env });
  const { code, signal } = await ended(child);
  const response = new languageProto.RunResponse();
  if (code === alreadyReported) return response.setBail(true);
  if (code !== 0) response.setError(`the program ended with ${signal ?? `exit code ${code}`}`);
  return response;
}

/** Runs a plugin that is written in Node (a policy pack above all), and streams what it says to the engine. */
export function runPlugin(
  call: ServerWritableStream<RunPluginRequest, RunPluginResponse>,
  engineAddress: string,
): void {
  const { request } = call;
  const info = request.getInfo();
  if (!info) {
    call.destroy(new Error("the engine named no plugin to run"));
    return;
  }
  const policyPack = request.getKind() === "analyzer";
  const directory = info.getProgramDirectory();
  const child = start(info, {
    ...(policyPack
      ? { runner: "run-policy-pack", args: [engineAddress, "."], cwd: directory }
      : { runner: "run-plugin", args: [directory, ...request.getArgsList()], cwd: request.getPwd() }),
    output: "pipe",
    env: fromList(request.getEnvList()),
  });
  child.stdout?.on("data", (data: Buffer) => call.write(new languageProto.RunPluginResponse().setStdout(data)));
  child.stderr?.on("data", (data: Buffer) => call.write(new languageProto.RunPluginResponse().setStderr(data)));
  call.on("cancelled", () => child.kill("SIGTERM"));
  ended(child).then(
    ({ code }) => {
      call.write(new languageProto.RunPluginResponse().setExitcode(code ?? 1));
      call.end();
    },
    (error: Error) => call.destroy(error),
  );
}

interface Start {
  /** Of the SDK: `run`, `run-plugin`, `run-policy-pack`. */
  runner: string;
  args: string[];
  cwd: string;
  output: "inherit" | "pipe";
  env: NodeJS.ProcessEnv;
}

function start(info: ProgramInfo, { runner, args, cwd, output, env }: Start): ChildProcess {
  const options = info.getOptions()?.toJavaScript() ?? {};
  // The SDK of the program, not of this host: its version is the program's choice.
  const sdk = createRequire(join(info.getProgramDirectory(), "package.json"));
  const stdio: StdioOptions = ["ignore", output, output];
  const child = spawn(
    process.execPath,
    [...nodeArguments(options), sdk.resolve(`@pulumi/pulumi/cmd/${runner}`), ...args],
    {
      cwd,
      stdio,
      // TypeScript through ts-node is the default, as in the official host; our program sets `typescript: false`.
      env: { ...process.env, ...env, PULUMI_NODEJS_TYPESCRIPT: options["typescript"] === false ? "false" : "true" },
    },
  );
  children.add(child);
  return child;
}

async function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
  } finally {
    children.delete(child);
  }
}

function nodeArguments(options: Record<string, unknown>): string[] {
  const given = options["nodeargs"];
  return typeof given === "string" ? given.split(/\s+/).filter(Boolean) : [];
}

function fromList(environment: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(environment.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}
