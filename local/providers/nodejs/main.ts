/**
 * Node language host for a CLI that was built from source: the released host is no Go module that could be built with it.
 * The engine starts it with its own address, reads a port from the first line of output and calls `LanguageRuntime` there.
 * For the local environment alone: an official CLI brings its own.
 */
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import languageProto from "@pulumi/pulumi/proto/language_pb.js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { serve } from "../serve.ts";
import { packageVersion } from "../../versions.ts";
import { requiredPackages } from "./packages.ts";
import { runPlugin, runProgram, stopAll } from "./programs.ts";

const { positionals } = parseArgs({ strict: false, allowPositionals: true });
const engineAddress = positionals[0];
if (!engineAddress)
  throw new Error("usage: pulumi-language-nodejs <engine address>; the engine starts it, not a person");

/** What is left out answers UNIMPLEMENTED: code generation and the installation of dependencies are not for this host. */
const host: Partial<ILanguageRuntimeServer> = {
  handshake: (_call, respond) => respond(null, new languageProto.LanguageHandshakeResponse()),
  getPluginInfo: (_call, respond) =>
    respond(null, new pluginProto.PluginInfo().setVersion(packageVersion("@pulumi/pulumi"))),
  getRequiredPackages: (call, respond) => {
    const directory = call.request.getInfo()?.getProgramDirectory() ?? process.cwd();
    requiredPackages(directory).then(
      (packages) => respond(null, new languageProto.GetRequiredPackagesResponse().setPackagesList(packages)),
      (error: Error) => respond(error),
    );
  },
  about: (_call, respond) => {
    const about = new languageProto.AboutResponse().setExecutable(process.execPath).setVersion(process.version);
    respond(null, about);
  },
  run: (call, respond) => {
    runProgram(call.request, engineAddress).then(
      (response) => respond(null, response),
      (error: Error) => respond(error),
    );
  },
  runPlugin: (call) => runPlugin(call, engineAddress),
  cancel: (_call, respond) => {
    stopAll();
    respond(null, new emptyProto.Empty());
  },
};

// The channel's default limit of 4 MiB is too small for a landscape's configuration.
const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(languageGrpc.LanguageRuntimeService, host as ILanguageRuntimeServer);
await serve(server);
