import { ports } from "../../lib/names.ts";
import { onPodAddress } from "./collector-parts.ts";
import { receiverLimitMib } from "./message-sizes.ts";

/**
 * What each connection has for reading, bytes: gRPC's own default. The receiver's is 512 KiB, of which TLS fills 16 at a time: 400
 * agents that send nothing are 200 MiB to the limiter, and the gateway refuses everything for good.
 */
export const readBufferBytes = 32 * 1024;

/**
 * The receiver of a hop inside of the stack: OTLP over gRPC on the pod's own address, with room for every message.
 *
 * @param grpc what differs from hop to hop: TLS, and who is let in.
 */
export function otlpReceiver<T extends { tls: object }>(grpc: T) {
  return {
    otlp: {
      protocols: {
        grpc: {
          endpoint: onPodAddress(ports.otlpGrpc),
          max_recv_msg_size_mib: receiverLimitMib,
          read_buffer_size: readBufferBytes,
          ...grpc,
        },
      },
    },
  };
}
