const word = "[A-Za-z_]{1,19}";
const hex = (count: number) => `[0-9a-fA-F]{${count}}`;

/**
 * Shapes of whole values in which none of the kinds can be. A value that has one is not searched, which is what makes the
 * redaction cheap: most values of a span are names of methods, hosts and classes, and small numbers. Go runs an anchored
 * pattern whose next step is always clear many times faster than it searches for all kinds.
 *
 * Words are short, since a token is a long one. No shape has blanks but in known company, since `Basic` is a word too, and
 * none has a `:` or `=` before a word, since `password` is one.
 */
export const harmlessShapes: readonly string[] = [
  // Numbers that are too short for a document's.
  String.raw`^-?[0-9]{1,9}\z`,
  // Names with their verb, if any: hosts, ports, classes, routes, methods, packages.
  String.raw`^(?:(?:GET|HEAD|POST|PUT|PATCH|DELETE|SELECT|INSERT|UPDATE) )?[./]?(?:${word}[0-9]{0,5}[/.{}-]{0,2})+(?::[0-9]{2,5})?\z`,
  // Versions and addresses.
  String.raw`^v?[0-9]{1,2}(?:\.[0-9]{1,3}){1,3}\z`,
  // UUIDs, also in a path.
  String.raw`^(?:/${word})*/?${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}(?:/${word})*\z`,
];
