import * as pulumi from "@pulumi/pulumi";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import manifest from "./package.json" with { type: "json" };

/** What every resource of this package inherits: its token's prefix, its version and the reference to its provider. */
export abstract class ElasticstackResource extends pulumi.CustomResource {
  /**
   * @param type name of the resource class; the bridge puts every resource into the module `index`.
   * @param outputs properties that the provider sets if the caller does not. The SDK resolves no property that it was not told of.
   */
  constructor(
    type: string,
    name: string,
    args: object,
    outputs: readonly string[],
    opts?: pulumi.CustomResourceOptions,
  ) {
    const token = `elasticstack:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;
    const computed = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(token, name, { ...computed, ...args }, withVersion(opts), false, packageReference());
  }
}

/** The version of this package unless the caller names another: what lets the engine choose the plugin. */
export function withVersion<Options extends pulumi.ResourceOptions>(opts?: Options): Options {
  return pulumi.mergeOptions({ version: manifest.version }, opts) as Options;
}

let reference: Promise<string> | undefined;

/**
 * Registers this parameterised package with the engine, once per program: the engine knows only the plugin
 * `terraform-provider`, and the parameter turns it into `elasticstack`.
 */
export function packageReference(): Promise<string> {
  reference ??= registerPackage();
  return reference;
}

function registerPackage(): Promise<string> {
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) {
    throw new Error("@pulumi/elasticstack works in a Pulumi program only: run it with `pulumi preview` or `pulumi up`");
  }
  const { name, version, parameterization } = manifest.pulumi;
  const parameter = new resourceProto.Parameterization();
  parameter.setName(parameterization.name);
  parameter.setVersion(parameterization.version);
  parameter.setValue(parameterization.value); // protobuf takes bytes as base64
  const request = new resourceProto.RegisterPackageRequest();
  request.setName(name);
  request.setVersion(version);
  request.setParameterization(parameter);
  return new Promise((resolve, reject) => {
    monitor.registerPackage(request, (error, response) => (error ? reject(error) : resolve(response.getRef())));
  });
}
