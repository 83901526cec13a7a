import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether a secret is the one that a hash was made of. All secrets here are 256 random bits, drawn by a program: nobody
 * guesses those, so a slow hash would only cost time. Passwords that people choose need one.
 *
 * @param sha256 hexadecimal
 */
export function matches(secret, sha256) {
  const expected = Buffer.from(sha256, "hex");
  const actual = createHash("sha256").update(secret).digest();
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}
