import grpc from "@grpc/grpc-js";

/** Listens on a free port of the loopback interface and tells the engine its number, as every plugin does. */
export async function serve(server: grpc.Server): Promise<void> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  // The engine reads the first line; what comes later it shows to the user.
  process.stdout.write(`${port}\n`);
}
