import { ports } from "../../lib/names.ts";
import { onPodAddress } from "./collector-parts.ts";
import { receiverLimitMib } from "./message-sizes.ts";

/**
 * The receiver of a hop inside of the stack: OTLP over gRPC on the pod's own address, with room for every message.
 *
 * @param grpc what differs from hop to hop: TLS, and who is let in.
 */
export function otlpReceiver<T extends { tls: object }>(grpc: T) {
  return {
    otlp: {
      protocols: {
        grpc: { endpoint: onPodAddress(ports.otlpGrpc), max_recv_msg_size_mib: receiverLimitMib, ...grpc },
      },
    },
  };
}
