import { readStack } from "../../../config/stack-file.ts";
import { rolesOf } from "../../../lib/access/roles.ts";

/** A line as the proxy writes it, and what is to be stored of it: nothing, or these fields. */
export interface Line {
  readonly what: string;
  readonly line: string;
  readonly record?: Readonly<Record<string, unknown>>;
  /** What must not be stored, in any field. */
  readonly never?: readonly string[];
}

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const person = "support@alexandrite.test";

/** Texts from outside are quoted as Go does, and once more. */
const quoted = (text: string) => JSON.stringify(JSON.stringify(text));

function request(path: string, more: Partial<Record<"person" | "upstream" | "status", string>> = {}): string {
  const { person: who = person, upstream = "http://127.0.0.1:16686", status = "200" } = more;
  return (
    `{"log":"request","time":"2026/11/28 17:05:09","view":"all","person":${quoted(who)},"method":"GET",` +
    `"path":${JSON.stringify(path)},"upstream":"${upstream}","status":${status},"bytes":12,"seconds":0.004,` +
    `"client":"10.244.0.7:4711","id":${quoted("1f0c")}}`
  );
}

/** What the proxy writes, and others have made it write. */
export const lines: readonly Line[] = [
  {
    what: "a trace",
    line: request(`/api/traces/${trace}?prettyPrint=true`),
    record: {
      trace,
      person,
      view: "all",
      path: `/api/traces/${trace}`,
      status: 200,
      roles: rolesOf(readStack("local").settings.access.roles, "all"),
    },
    never: ["prettyPrint"],
  },
  { what: "a trace by the newer interface", line: request(`/api/v3/traces/${trace}`), record: { trace, person } },
  { what: "the page of a trace", line: request(`/trace/${trace}?uiFind=x`), record: { trace } },
  { what: "a trace, its id escaped", line: request(`/api/traces/%34${trace.slice(1)}`), record: { trace } },
  {
    what: "several traces by their ids",
    line: request(`/api/traces?traceID=${trace}&traceID=ab12`),
    record: { trace: [trace, "ab12"], path: "/api/traces" },
  },
  {
    what: "an id beside what is none",
    line: request(`/api/traces?traceID=${trace}&traceID=anna`),
    record: { trace: [trace] },
    never: ["anna"],
  },
  {
    what: "a search for an order",
    line: request("/api/traces?service=shop-api&limit=20&tags=%7B%22order.id%22%3A%220b7e2c9a-6f0e%22%7D"),
    record: { service: ["shop-api"], order: "0b7e2c9a-6f0e", path: "/api/traces" },
    never: ["limit"],
  },
  {
    what: "a search of the newer interface",
    line: request("/api/v3/traces?query.service_name=mes-api&query.num_traces=5"),
    record: { service: ["mes-api"] },
  },
  {
    what: "a search for a customer",
    line: request("/api/traces?service=shop-api&tags=%7B%22customer%22%3A%22anna%40mail.example%22%7D"),
    record: { service: ["shop-api"] },
    never: ["anna", "customer"],
  },
  {
    what: "a customer where the name of a service belongs, and in the path",
    line: request("/search/anna@mail.example?service=anna%40mail.example"),
    record: { path: "withheld" },
    never: ["anna"],
  },
  {
    what: "somebody who has only claimed who they are",
    line: request("/api/services", { upstream: "-", status: "401", person: "boss" }),
    record: { claimed: "boss", status: 401, path: "/api/services" },
  },
  {
    what: "what is no UTF-8, with quotes and line ends",
    line: request("/x", { upstream: "-", status: "401", person: '\\xff" \n {"log":"request"}' }),
    record: { status: 401 },
  },
  {
    what: "a sign-in",
    line:
      `{"log":"sign-in","time":"2026/11/28 17:05:01","view":"all","person":${quoted(person)},"result":"AuthSuccess",` +
      `"message":${quoted(`Authenticated via OAuth2: Session{email:${person} user:1 PreferredUsername: token:true groups:[tracing-support team-x]}`)},` +
      `"client":"10.244.0.7:4711","id":${quoted("1f0d")}}`,
    record: { log: "sign-in", person, result: "AuthSuccess", groups: "tracing-support team-x" },
    never: ["token:true"],
  },
  {
    what: "a sign-in that was refused",
    line:
      `{"log":"sign-in","time":"2026/11/28 17:05:02","view":"all","person":${quoted("x@other.test")},"result":"AuthFailure",` +
      `"message":${quoted("Invalid authentication via OAuth2: unauthorized")},"client":"-","id":${quoted("1f0e")}}`,
    record: { log: "sign-in", person: "x@other.test", result: "AuthFailure" },
  },
  { what: "a script of the page", line: request("/static/index-1.js") },
  {
    what: "what the proxy says of itself",
    line: '{"log":"message","time":"2026/11/28 17:05:00","view":"all","at":"x.go:1","message":"\\"up\\""}',
  },
  { what: "half a line", line: '{"log":"request","time":"2026/11/28 17:0' },
];
