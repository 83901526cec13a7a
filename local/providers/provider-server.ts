import grpc from "@grpc/grpc-js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import { check, enginesOwn } from "./check.ts";
import { diff } from "./diff.ts";
import type { Properties, Table } from "./properties.ts";
import { known, reconcile, unknown } from "./properties.ts";
import type { ResourceType } from "./resource-type.ts";
import { serve } from "./serve.ts";

/** A provider for the local environment: the real one's resource types and property names, over the real server's API. */
export interface ProviderDefinition<Client> {
  /** Name of the package, as in the type tokens. */
  name: string;
  version: string;
  /** Version of the plugin, where the package is one of several that the plugin can be. Default: the package's. */
  pluginVersion?: string;
  /** Refuses a parameter that asks for another package than this one. */
  parameter?(value: string): void;
  /** Settings of the provider. Nested ones arrive as JSON text. */
  settings: Table;
  /** Called once, with the checked settings. Must not talk to the server: a preview has to work without it. */
  connect(settings: Properties): Client;
  /** By type token. */
  resources: Readonly<Record<string, ResourceType<Client>>>;
}

type Unary<Request, Response> = (
  call: grpc.ServerUnaryCall<Request, Response>,
  respond: grpc.sendUnaryData<Response>,
) => void;

/**
 * Serves the provider to the engine. The SDK's own `pulumi/provider` is not enough: it neither passes the provider's
 * settings on, nor says which property makes a difference, nor tells a preview from an update.
 */
export async function serveProvider<Client>(definition: ProviderDefinition<Client>): Promise<void> {
  const { name, version, resources } = definition;
  let connected: Client | undefined;

  const client = (): Client => {
    if (connected === undefined) throw new Error(`the engine used provider ${name} before it configured it`);
    return connected;
  };
  const typeOf = (urn: string): ResourceType<Client> => {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? urn;
    const type = resources[token];
    if (type) return type;
    throw new Error(
      `${token}: the local stand-in for ${name} ${version} does not have this resource type. It has: ${Object.keys(resources).join(", ")}`,
    );
  };

  const service: Partial<IResourceProviderServer> = {
    handshake: unary(() => {
      const response = new providerProto.ProviderHandshakeResponse();
      response.setAcceptSecrets(false).setAcceptResources(false).setAcceptOutputs(false);
      return response;
    }),
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(definition.pluginVersion ?? version)),
    getSchema: unary(() => new providerProto.GetSchemaResponse().setSchema(JSON.stringify({ name, version }))),
    parameterize: unary((request: InstanceType<typeof providerProto.ParameterizeRequest>) => {
      definition.parameter?.(Buffer.from(request.getValue()?.getValue_asU8() ?? []).toString());
      return new providerProto.ParameterizeResponse().setName(name).setVersion(version);
    }),
    cancel: unary(() => new emptyProto.Empty()),

    checkConfig: unary((request: InstanceType<typeof providerProto.CheckRequest>) =>
      check(definition.settings, properties(request.getNews()), enginesOwn),
    ),
    diffConfig: unary((request: InstanceType<typeof providerProto.DiffRequest>) =>
      diff(
        { inputs: definition.settings, id: () => name },
        previousInputs(request),
        properties(request.getNews()),
        true,
      ),
    ),
    configure: unary((request: InstanceType<typeof providerProto.ConfigureRequest>) => {
      connected = definition.connect(properties(request.getArgs()));
      // Secrets come and go as plain values; the engine marks what they were made from.
      const response = new providerProto.ConfigureResponse();
      return response
        .setAcceptsecrets(false)
        .setAcceptresources(false)
        .setAcceptoutputs(false)
        .setSupportspreview(true);
    }),

    check: unary((request: InstanceType<typeof providerProto.CheckRequest>) => {
      const type = typeOf(request.getUrn());
      const news = properties(request.getNews());
      const response = check(type.inputs, news);
      for (const reason of type.check?.(news) ?? []) {
        response.addFailures(new providerProto.CheckFailure().setReason(reason));
      }
      return response;
    }),
    diff: unary((request: InstanceType<typeof providerProto.DiffRequest>) => {
      const type = typeOf(request.getUrn());
      return diff(type, previousInputs(request), properties(request.getNews()), type.update !== undefined);
    }),
    create: unary(async (request: InstanceType<typeof providerProto.CreateRequest>) => {
      const type = typeOf(request.getUrn());
      const inputs = properties(request.getProperties());
      const response = new providerProto.CreateResponse();
      if (request.getPreview()) {
        return response.setId("").setProperties(struct({ ...pending(type), ...inputs }));
      }
      const outputs = {
        id: type.id(inputs),
        ...inputs,
        ...(await named(request.getUrn(), type.create(client(), inputs))),
      };
      return response.setId(String(outputs.id)).setProperties(struct(outputs));
    }),
    update: unary(async (request: InstanceType<typeof providerProto.UpdateRequest>) => {
      const type = typeOf(request.getUrn());
      const olds = properties(request.getOlds());
      const news = properties(request.getNews());
      const kept = Object.fromEntries((type.outputs ?? []).concat("id").map((output) => [output, olds[output]]));
      const response = new providerProto.UpdateResponse();
      if (request.getPreview()) return response.setProperties(struct({ ...kept, ...news }));
      const changed = await named(request.getUrn(), type.update?.(client(), news, olds));
      return response.setProperties(struct({ ...kept, ...news, ...changed }));
    }),
    read: unary(async (request: InstanceType<typeof providerProto.ReadRequest>) => {
      const type = typeOf(request.getUrn());
      const state = properties(request.getProperties());
      const live = await named(request.getUrn(), type.read(client(), state, request.getId()));
      const response = new providerProto.ReadResponse();
      if (!live) return response.setId("");
      const given = properties(request.getInputs());
      // Without inputs it is an import: all that is there is what the user would have to write.
      const importing = Object.keys(given).length === 0;
      const inputs = importing ? known(type.inputs, live) : reconcile(type.inputs, given, live);
      const outputs = Object.fromEntries((type.outputs ?? []).map((output) => [output, live[output] ?? state[output]]));
      return response
        .setId(request.getId())
        .setInputs(struct(inputs))
        .setProperties(struct({ id: request.getId(), ...outputs, ...inputs }));
    }),
    delete: unary(async (request: InstanceType<typeof providerProto.DeleteRequest>) => {
      await named(request.getUrn(), typeOf(request.getUrn()).delete?.(client(), properties(request.getProperties())));
      return new emptyProto.Empty();
    }),
  };

  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(providerGrpc.ResourceProviderService, service as IResourceProviderServer);
  await serve(server);
}

function unary<Request, Response>(
  handler: (request: Request) => Response | Promise<Response>,
): Unary<Request, Response> {
  return (call, respond) => {
    // `async` catches what a handler throws at once, too.
    void (async () => handler(call.request))().then(
      (response) => respond(null, response),
      (error: Error) => respond({ code: grpc.status.UNKNOWN, details: error.message }),
    );
  };
}

/** Puts the resource's type and name before what the server said. */
async function named<T>(urn: string, action: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    const [, , types, name] = urn.split("::");
    throw new Error(`${types?.split("$").at(-1)} "${name}": ${(error as Error).message}`, { cause: error });
  }
}

function properties(message: structProto.Struct | undefined): Properties {
  return message?.toJavaScript() ?? {};
}

/** A state that was written before the engine kept inputs has them among its properties. */
function previousInputs(request: InstanceType<typeof providerProto.DiffRequest>): Properties {
  return properties(request.getOldInputs() ?? request.getOlds());
}

/** google-protobuf turns `undefined` into null, which is a value to the engine. */
function struct(value: Properties): structProto.Struct {
  return structProto.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(value)) as Parameters<typeof structProto.Struct.fromJavaScript>[0],
  );
}

function pending(type: { outputs?: readonly string[] }): Properties {
  return Object.fromEntries((type.outputs ?? []).map((output) => [output, unknown]));
}
