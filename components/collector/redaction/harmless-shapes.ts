/** Capitals inside of a word, each with a small letter behind it: Base64 and tokens do not keep to that for long. */
const humps = "(?:[A-Z][a-z_]+)*";
/** A word as people write it, with at most a number that is too short for a document's. */
export const word = `(?:[A-Z_]{1,10}(?:[a-z][a-z_]*${humps})?|[a-z][a-z_]*${humps})[0-9]{0,5}`;
/** Between words. A `:` only in front of a route's parameter, since `password` is a word too. */
const joint = "(?:/:?|[.{}-])";
/** Words with joints; of two neighbours at most one is a number, since telephone numbers have joints as well. */
const number = String.raw`[0-9]{1,5}(?:\.(?:[0-9]{1,2}(?:${joint}${word}|\z)|${word})|(?:/:?|[{}-])${word}|\z)`;
const name = String.raw`${word}(?:${joint}(?:${word}|${number})?)*`;
/**
 * The same without a number or a port at the end, and with what stands for all that is below a route: the next step is always
 * clear from the next character, which it is not in {@link name}.
 */
const fastName = String.raw`${word}(?:${joint}(?:${word}|\*{1,2}|[0-9]{1,5}(?:\.(?:[0-9]{1,2}${joint})?|/:?|[{}-])${word})?)*`;
const port = "(?::[0-9]{2,5})?";
const hex = (count: number) => `[0-9a-fA-F]{${count}}`;
const uuid = [8, 4, 4, 4, 12].map(hex).join("-");
/** A server by its name or address, if there is one. */
const origin = String.raw`(?:https?://(?:[a-z][a-z0-9]{0,15}(?:[.-][a-z][a-z0-9]{0,15})*|[0-9]{1,3}(?:\.[0-9]{1,3}){3})${port})?`;
const verbs = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|SELECT|INSERT|UPDATE|MERGE|CALL";
// In the order of the alphabet, here and below: what begins alike must stand side by side, or Go has to try one after the other.
const operations = "ack|create|deliver|nack|process|publish|receive|reject|send|settle";
const sqlVerbs = "begin|call|commit|delete|insert|merge|rollback|select|update|with";

/**
 * Shapes of whole values in which none of the kinds can be. A value that has one is not searched, which is what makes the
 * redaction cheap: most values of a span are names of methods, hosts and classes, and small numbers. Go runs a pattern many times
 * faster than others if it is anchored, short, and its next step always clear from the next character.
 *
 * Blanks are only in known company, since `Basic` is a word.
 */
export const harmlessShapes: readonly string[] = [
  String.raw`^(?:-?[0-9]{1,9})?\z`,
  // Most values: hosts, ports, classes, routes, packages; and names of spans.
  String.raw`^[./@]*${fastName}\z`,
  String.raw`^(?:${verbs}) [./]*${fastName}\z`,
  // Threads of pools.
  String.raw`^(?:HikariPool-[0-9]{1,3}:[a-z]{1,12}(?:-[a-z]{1,12})?|http-nio-[0-9]{2,5}-exec-[0-9]{1,4}|org\.springframework\.[a-zA-Z.]{1,80}#[0-9]{1,3}-[0-9]{1,3})\z`,
  String.raw`^[a-z_.-]{1,40} (?:${operations})\z`,
  String.raw`^(?:${operations}) [a-z_.-]{1,40}\z`,
  String.raw`^(?:middleware|request handler|router)(?: - [./]*${fastName})?\z`,
  String.raw`^pg[.-][a-z]{1,10}(?::[A-Z]{1,10})?(?: ${word})?\z`,
  // Versions and addresses.
  String.raw`^v?[0-9]{1,2}(?:\.[0-9]{1,3}){1,3}(?:\+[0-9]{1,3})?(?:-[A-Za-z]{1,10}(?:[.-][0-9]{1,3})?)?\z`,
  String.raw`^[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]{1,5})?\z`,
  // Pods of Deployments: two pieces in the alphabet of Kubernetes, which makes no words.
  String.raw`^[a-z][a-z-]*-[b-df-hj-np-tv-xz2456789]{6,10}-[b-df-hj-np-tv-xz2456789]{5}\z`,
  String.raw`^OpenJDK Runtime Environment\z`,
  // SQL without literals: single joints, each with or without a word behind it.
  String.raw`^(?i:${sqlVerbs})(?:[ \n\t.,()<>*?"$|/=;-](?:[A-Za-z_]{1,24}(?:[0-9]{1,3}(?:_[0-9]{1,3})?)?|[0-9]{1,2})?)*\z`,
  // What of the above ends with a number or a port.
  String.raw`^[./@]*${name}${port}\z`,
  String.raw`^(?:${verbs}) [./]*${name}\z`,
  // UUIDs, also in a URL; and URLs of words.
  String.raw`^${origin}(?:/[a-z_-]+)*/?${uuid}(?:[/.][a-z_.-]+)?\z`,
  String.raw`^${origin}(?:/[a-z_-]+)+/?\z`,
];
