import { join } from "node:path";
import { execa } from "execa";
import { stored } from "./store.ts";
import { hashFile } from "./tar.ts";

/** A file in Maven Central. */
export interface MavenFile {
  /** `group:artifact:version[:type]`. */
  coordinates: string;
  /** Of the content, hexadecimal. */
  sha256: string;
}

/**
 * Path of a file from Maven Central, in the cache.
 *
 * @throws when it cannot be had, or is not the one that is meant.
 */
export async function mavenFile({ coordinates, sha256 }: MavenFile, signal?: AbortSignal): Promise<string> {
  const [, artifact, version, type = "jar"] = coordinates.split(":");
  const name = `${artifact}-${version}.${type}`;
  const directory = await stored(
    `maven-${sha256}-${name}`,
    async (staging) => {
      const copy = ["dependency:copy", `-Dartifact=${coordinates}`, `-DoutputDirectory=${staging}`];
      await execa("mvn", ["-B", "-q", ...copy], signal ? { cancelSignal: signal } : {});
      const found = await hashFile(join(staging, name));
      if (found !== sha256)
        throw new Error(
          `${coordinates} has the SHA-256 ${found}, not ${sha256}. If its version was changed in config/versions.ts, ` +
            "check the new file and write its hash beside its name in local/images/definitions; else do not use it.",
        );
    },
    signal,
  );
  return join(directory, name);
}
