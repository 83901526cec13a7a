import { createHash } from "node:crypto";
import { execa } from "execa";
import type { Layer } from "./layer.ts";

const release = "bookworm";
const packages = ["bash", "ca-certificates", "curl", "openjdk-17-jre-headless", "postgresql-15", "rabbitmq-server"];

/** What comes from this machine or is drawn at random when packages are installed: keys, and a database that nobody uses. */
const notShared = [
  "etc/hostname",
  "etc/resolv.conf",
  "etc/postgresql/15",
  "etc/ssl/certs/ssl-cert-snakeoil.pem",
  "etc/ssl/private/ssl-cert-snakeoil.key",
  "var/lib/postgresql/15",
  "var/lib/rabbitmq/.erlang.cookie",
];

const options = [
  "--variant=minbase",
  `--include=${packages.join(",")}`,
  `--customize-hook=cd "$1" && rm -rf ${notShared.join(" ")}`,
  // The links to what was removed; in the root, because links lead to where they would lead there.
  '--customize-hook=chroot "$1" find /etc/ssl/certs -xtype l -delete',
  "--format=tar",
];

/** Same time stamps in every build. */
const epoch = "1767225600";

/**
 * The root file system below every image that is not a single static program. One for all, with all that any of them
 * needs: it is made, imported and unpacked once.
 *
 * Two builds from the same packages differ in Java's trust store alone: its format keeps the time of its making.
 */
export const debianLayer: Layer = {
  key: createHash("sha256")
    .update(JSON.stringify([release, options, epoch]))
    .digest("hex"),
  async build(file, signal) {
    await execa("mmdebstrap", [...options, release, file], {
      env: { SOURCE_DATE_EPOCH: epoch },
      ...(signal && { cancelSignal: signal }),
    });
  },
};
