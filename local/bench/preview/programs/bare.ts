/**
 * What somebody would have who wrote each resource down: the same ones, by the same classes of the same SDKs, and nothing
 * else. No plan, no component, no look at the cluster, no hook.
 */
import { readFileSync } from "node:fs";
import * as elasticstack from "@pulumi/elasticstack";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import structProto, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { keyOf, recordingVariable, type Recorded } from "../recorded.ts";

const { Struct } = structProto;

type Class = new (name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;
type Folder = Readonly<Record<string, unknown>>;

const sdks: Readonly<Record<string, Folder>> = { elasticstack, kubernetes: k8s, vault };

/** `kubernetes:networking.k8s.io/v1:NetworkPolicy`, `vault:pkiSecret/secretBackendRole:SecretBackendRole`, `pulumi:providers:vault`. */
function classOf(type: string): Class {
  const [sdk = "", module = "", kind = ""] = type.split(":");
  if (sdk === "pulumi") return sdks[kind]!["Provider"] as Class;
  const [first = "", version = ""] = module.split("/");
  if (sdk !== "kubernetes") {
    // The folder `pkisecret` is `pkiSecret` in types.
    const folder = first === "index" ? sdks[sdk] : (sdks[sdk]![first.toLowerCase()] as Folder);
    return folder![kind] as Class;
  }
  const folder = (k8s as Folder)[first.split(".")[0]!] as Folder | undefined;
  const found = (folder?.[version] as Folder | undefined)?.[kind];
  return (found ?? k8s.apiextensions.CustomResource) as Class;
}

/** From how they travel: what is not known yet is not known, and what is secret is secret. */
function inputsOf(props: Recorded["props"]): pulumi.Inputs {
  return pulumi.runtime.deserializeProperties(Struct.fromJavaScript(props as Record<string, JavaScriptValue>), true);
}

/** Settings of a provider travel as JSON text, into which its class turns them again. */
function settingsOf(props: Recorded["props"]): Recorded["props"] {
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => {
      try {
        return [key, JSON.parse(value as string)];
      } catch {
        return [key, value];
      }
    }),
  );
}

const recording = JSON.parse(readFileSync(process.env[recordingVariable]!, "utf8")) as Recorded[];
const made = new Map<string, pulumi.Resource>();
const providers = new Map<string, pulumi.ProviderResource>();

for (const { type, name, dependsOn, ignoreChanges, props } of recording) {
  const [sdk = "", , kind = ""] = type.split(":");
  const provider = providers.get(sdk);
  const given = sdk === "pulumi" ? settingsOf(props) : props;
  const resource = new (classOf(type))(name, inputsOf(given), {
    dependsOn: dependsOn.map((key) => made.get(key)!),
    ...(ignoreChanges && { ignoreChanges: [...ignoreChanges] }),
    ...(provider && { provider }),
  });
  made.set(keyOf({ type, name }), resource);
  if (pulumi.ProviderResource.isInstance(resource)) providers.set(kind, resource);
}
