import { execa } from "execa";
import type { Layer } from "./layer.ts";
import { createHash } from "node:crypto";

const packages = ["bash", "ca-certificates", "curl", "openjdk-17-jre-headless", "postgresql-15", "rabbitmq-server"];

/** Same time stamps in every build. */
const epoch = "1767225600";

/**
 * The root file system below every image that is not a single static program. One for all, with all that any of them
 * needs: it is made, imported and unpacked once.
 */
export const debianLayer: Layer = {
  key: createHash("sha256")
    .update(JSON.stringify(["bookworm", packages, epoch]))
    .digest("hex"),
  async build(file, signal) {
    await execa(
      "mmdebstrap",
      ["--variant=minbase", `--include=${packages.join(",")}`, "--format=tar", "bookworm", file],
      {
        env: { SOURCE_DATE_EPOCH: epoch },
        ...(signal && { cancelSignal: signal }),
      },
    );
  },
};
