/** Native sidecars (init containers that go on running) are on by default from here. */
export const oldest = { major: 1, minor: 29 };

/** Some distributions write the minor version with a sign behind it, as `29+`. */
export function isSupported(version: { readonly major: string; readonly minor: string }): boolean {
  const [major, minor] = [parseInt(version.major), parseInt(version.minor)];
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
