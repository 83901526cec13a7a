import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { credentials } from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

export type Values = Record<string, unknown>;
type Call = (request: unknown, done: (error: Error | null, answer?: unknown) => void) => void;
interface Answer {
  getId(): string;
  getProperties(): Struct | undefined;
}

/** A stand-in's process, asked as the engine asks it. */
export class ProviderProcess implements AsyncDisposable {
  readonly #client: InstanceType<typeof ResourceProviderClient>;
  readonly #end: () => Promise<unknown>;
  readonly #output: () => string;

  private constructor(port: string, end: () => Promise<unknown>, output: () => string) {
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#end = end;
    this.#output = output;
  }

  /**
   * @param name folder in `local/providers`.
   * @param environment added to that of the tests; `undefined` takes a variable away.
   */
  static async start(name: string, environment: NodeJS.ProcessEnv): Promise<ProviderProcess> {
    const main = join(__dirname, "../providers", name, "main.ts");
    const child = spawn("node", [main], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    const end = () => (child.kill(), once(child, "exit"));
    return new ProviderProcess(port.toString().trim(), end, () => said);
  }

  /** What it wrote for people to see. */
  get said(): string {
    return this.#output();
  }

  /** @returns what it complains of. */
  async checkConfig(settings: Values): Promise<string[]> {
    const answer = await this.#call<InstanceType<typeof providerProto.CheckResponse>>(
      "checkConfig",
      new providerProto.CheckRequest().setNews(struct(settings)),
    );
    return answer.getFailuresList().map((failure) => failure.getReason());
  }

  configure(settings: Values): Promise<unknown> {
    return this.#call("configure", new providerProto.ConfigureRequest().setArgs(struct(settings)));
  }

  async check(type: string, inputs: Values): Promise<string[]> {
    const request = new providerProto.CheckRequest().setUrn(urn(type)).setNews(struct(inputs));
    const answer = await this.#call<InstanceType<typeof providerProto.CheckResponse>>("check", request);
    return answer.getFailuresList().map((failure) => failure.getReason());
  }

  /** @returns the properties that differ, and those that take a new resource. */
  async diff(type: string, olds: Values, news: Values): Promise<{ diffs: string[]; replaces: string[] }> {
    const request = new providerProto.DiffRequest()
      .setUrn(urn(type))
      .setOldInputs(struct(olds))
      .setOlds(struct(olds))
      .setNews(struct(news));
    const answer = await this.#call<InstanceType<typeof providerProto.DiffResponse>>("diff", request);
    return { diffs: answer.getDiffsList(), replaces: answer.getReplacesList() };
  }

  async create(type: string, inputs: Values, preview = false): Promise<Values> {
    const request = new providerProto.CreateRequest()
      .setUrn(urn(type))
      .setProperties(struct(inputs))
      .setPreview(preview);
    return properties(await this.#call<Answer>("create", request));
  }

  async update(type: string, id: string, olds: Values, news: Values): Promise<Values> {
    const request = new providerProto.UpdateRequest()
      .setUrn(urn(type))
      .setId(id)
      .setOlds(struct(olds))
      .setNews(struct(news));
    return properties(await this.#call<Answer>("update", request));
  }

  /** @returns undefined if it is gone. */
  async read(type: string, id: string, inputs: Values, state: Values): Promise<Values | undefined> {
    const request = new providerProto.ReadRequest()
      .setUrn(urn(type))
      .setId(id)
      .setInputs(struct(inputs))
      .setProperties(struct(state));
    const answer = await this.#call<Answer>("read", request);
    return answer.getId() === "" ? undefined : properties(answer);
  }

  delete(type: string, state: Values): Promise<unknown> {
    return this.#call("delete", new providerProto.DeleteRequest().setUrn(urn(type)).setProperties(struct(state)));
  }

  #call<T>(method: keyof ResourceProviderClient, request: unknown): Promise<T> {
    return promisify((this.#client[method] as Call).bind(this.#client))(request) as Promise<T>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    await this.#end();
  }
}

/** What a fake server was asked. */
export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

/** A server that answers as the test says, and remembers. */
export class FakeServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly address: string;
  readonly #close: () => void;

  private constructor(asked: Asked[], address: string, close: () => void) {
    this.asked = asked;
    this.address = address;
    this.#close = close;
  }

  static async start(
    answer: (asked: Asked) => { status?: number; body?: unknown } | undefined,
    headers: Record<string, string> = {},
  ): Promise<FakeServer> {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (data: Buffer) => (text += data.toString()));
      request.on("end", () => {
        const entry = {
          ...{ method: request.method ?? "", path: request.url ?? "", headers: request.headers },
          body: text === "" ? undefined : (JSON.parse(text) as unknown),
        };
        asked.push(entry);
        const { status = 200, body = {} } = answer(entry) ?? {};
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new FakeServer(asked, address, () => server.close());
  }

  /** Method and path of each request since the last call, without the query. */
  requests(): string[] {
    return this.asked.splice(0).map(({ method, path }) => `${method} ${path.split("?")[0]}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    return Promise.resolve();
  }
}

function urn(type: string): string {
  return `urn:pulumi:s::p::${type}::it`;
}

function struct(values: Values): Struct {
  return Struct.fromJavaScript(values as Parameters<typeof Struct.fromJavaScript>[0]);
}

function properties(answer: Answer): Values {
  return answer.getProperties()?.toJavaScript() ?? {};
}
