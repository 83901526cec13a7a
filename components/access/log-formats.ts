/**
 * Formats of the proxy's logs: JSON lines, in the language of Go's text/template. What people have done is read from them
 * later, so each line must stay JSON whatever somebody sends, and none may hold what opens a door.
 */

/**
 * A text that comes from outside, in Go's quotes inside of JSON's: Go writes what cannot be printed as `\x..`, which JSON does
 * not know; quoted once more, there are only backslashes and quotes to escape.
 */
const quoted = (field: string) => `{{printf "%q" (printf "%q" ${field})}}`;
const plain = (field: string) => `{{printf "%q" ${field}}}`;

/**
 * A request: who asked for what. `path` is quoted twice: the first time by the proxy. The query is part of `path`: it says what was searched for. `upstream` is `-` unless the
 * request got as far as Jaeger: only then `person` is somebody who has signed in, and not a name that the caller has put
 * before the host. Sign-in's own answer (`/oauth2/callback`) carries a code, and is not logged here.
 */
export function requestFormat(view: string): string {
  return line({
    log: '"request"',
    time: plain(".Timestamp"),
    view: JSON.stringify(view),
    person: quoted(".Username"),
    method: plain(".RequestMethod"),
    path: plain(".RequestURI"),
    upstream: plain(".Upstream"),
    status: "{{.StatusCode}}",
    bytes: "{{.ResponseSize}}",
    seconds: "{{.RequestDuration}}",
    client: plain(".Client"),
    id: quoted(".RequestID"),
  });
}

/** A decision: who was let in or refused, and why. Tokens are named there, never shown. */
export function signInFormat(view: string): string {
  return line({
    log: '"sign-in"',
    time: plain(".Timestamp"),
    view: JSON.stringify(view),
    person: quoted(".Username"),
    result: plain(".Status"),
    message: quoted(".Message"),
    client: plain(".Client"),
    id: quoted(".RequestID"),
  });
}

/**
 * Messages that the proxy fills with what somebody has sent, by their beginnings: a whole request, with its cookies and the
 * code of a sign-in, where a sign-in has lost its cookie; and the header of a token that is none.
 */
const telling = ["&{", "Error retrieving session from token in Authorization header: invalid"];

/** All else that the proxy says. */
export function messageFormat(view: string): string {
  const begins = (text: string) =>
    `(and (ge (len .Message) ${text.length}) (eq (slice .Message 0 ${text.length}) ${JSON.stringify(text)}))`;
  const withheld = '"withheld: it holds what was sent"';
  return line({
    log: '"message"',
    time: plain(".Timestamp"),
    view: JSON.stringify(view),
    at: plain(".File"),
    message: `{{if or ${telling.map(begins).join(" ")}}}${withheld}{{else}}${quoted(".Message")}{{end}}`,
  });
}

function line(fields: Record<string, string>): string {
  return `{${Object.entries(fields)
    .map(([key, value]) => `"${key}":${value}`)
    .join(",")}}`;
}
