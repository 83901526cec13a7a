import { Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";

/** Where a collector under test delivers: takes OTLP over gRPC without a look at it. */
export interface Sink {
  readonly port: number;
  /** Refuses everything from now on, as a Jaeger that is away, or takes it again. */
  refuse(refusing: boolean): void;
  /** What has come since the last call. */
  take(): Buffer[];
  stop(): void;
}

/** Opens a sink on the loopback. */
export async function startSink(): Promise<Sink> {
  let requests: Buffer[] = [];
  let refusing = false;
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const keep: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
    if (refusing) return answer({ code: status.UNAVAILABLE, details: "refuses, as told" });
    requests.push(call.request);
    answer(null, Buffer.alloc(0));
  };
  const same = (bytes: Buffer) => bytes;
  server.register("/opentelemetry.proto.collector.trace.v1.TraceService/Export", keep, same, same, "unary");
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    refuse: (value) => (refusing = value),
    take() {
      const taken = requests;
      requests = [];
      return taken;
    },
    stop: () => server.forceShutdown(),
  };
}
