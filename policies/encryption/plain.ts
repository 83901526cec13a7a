/** Schemes that are never encrypted. */
const never =
  "http|h2c|ws|redis|amqp|ldap|mqtt|nats|grpc|git|ftp|stomp|pulsar|smtp|telnet|gelf|syslog|udp|(?:sasl_)?plaintext";
/** Schemes whose drivers go on without encryption, unless they are told not to. */
const unless: readonly (readonly [schemes: string, told: string])[] = [
  ["(?:jdbc:)?postgres(?:ql)?", "sslmode=(?:require|verify-ca|verify-full)"],
  ["(?:jdbc:)?(?:mysql|mariadb)", "(?:tls|ssl|usessl)=(?!false|preferred|skip)\\w|ssl-?mode=(?:require|verify)"],
  ["mongodb", "(?:tls|ssl)=true"],
  ["(?:jdbc:)?(?:clickhouse|ch)|tcp", "(?:secure|ssl|tls)=true"],
];
const rest = "[^\\s\"'<>,;)}\\]]";
const urls: readonly RegExp[] = [
  new RegExp(`\\b(${never})://${rest}+`, "gi"),
  ...unless.map(([schemes, told]) => new RegExp(`\\b(${schemes})://(?!${rest}*\\b(?:${told}))${rest}+`, "gi")),
];

/** A driver that is told so, in a URL or beside its host: `host=db sslmode=disable`. */
const told =
  /(?:^|[?&;\s])((?:ssl-?mode=(?:disabled?|allow|prefer(?:red)?)|(?:encrypt|usessl|tls|ssl|secure)=(?:false|no|optional)))(?![\w.-])/i;

/** Every address in a text that is reached unencrypted, with its scheme. */
export const plainUrls = (text: string): { url: string; scheme: string }[] =>
  // Most texts have none, and one look for it costs less than all patterns.
  (text.includes("://") ? urls : [])
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([url, scheme]) => ({ url, scheme: scheme! }));

/** How a text says that a connection is not encrypted. */
export const plainOption = (text: string): string | undefined =>
  text.includes("=") ? told.exec(text)?.[1] : undefined;

/** Settings that switch encryption off, by their keys. */
const switches: readonly (readonly [keys: RegExp, values: RegExp])[] = [
  [/(?:^|[._-])(?:pg)?ssl[._-]?mode$/i, /^(?:disabled?|allow|prefer(?:red)?)$/i],
  [/(?:^|[._-])security[._-]protocol$/i, /^(?:sasl_)?plaintext$/i],
  [/(?:^|[._-])(?:tls|ssl)[._-]enabled?$/i, /^(?:false|no|off|0)$/i],
  // Istio.
  [/\bm?tls\.mode$/i, /^(?:permissive|disabled?)$/i],
  // From a proxy to what is behind it, and to Elasticsearch. Probes write HTTP.
  [/(?:^|[._-])scheme$|(?:^|\.)protocol$/i, /^(?:http|h2c)$/],
  [/\/backend-protocol$/i, /^(?:http|grpc|auto_http|fcgi)$/i],
];

export const isPlainSwitch = (keys: string, value: string): boolean =>
  switches.some(([of, off]) => of.test(keys) && off.test(value));
