import { external, minimal, parse, type Raw } from "./fixtures.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const access = (range: string) => ({ access: { ...minimal.access, vpnRanges: [range] } });
const publish = (changes: Raw) => ({
  elasticsearch: { mode: "managed", publish: { host: "store.example", ranges: ["10.20.0.0/16"], ...changes } },
});
const managed = (changes: Raw) => ({ elasticsearch: { mode: "managed", ...changes } });
const service = (changes: Raw) => ({ services: { "shop-api": changes } });
const vault = (changes: Raw) => ({
  vault: { ...minimal.vault, ...changes },
  // Any Vault will do for a store outside of the cluster.
  elasticsearch: external,
});
const issuer = (serviceAccountIssuer: string) => ({
  cluster: { serviceAccountKeysFile: "keys.json", serviceAccountIssuer },
});
const endpoint = (...more: string[]) => ({
  elasticsearch: { ...external, endpoints: ["https://es.example:9200", ...more] },
});
const image = (reference: string) => ({ images: { overrides: { jaeger: reference } } });
const registry = (name: string) => ({ images: { registry: name } });

describe("a text is refused where the language that it goes into would not take it, or would take it for something else", () => {
  test.each<[string, Raw, string]>([
    // Each of these is the whole internet, or half of it: the ranges 0.0.0.0/1 and 128.0.0.0/1 together are all of it.
    ["a range of everything", access("10.0.0.0/0"), "is the whole internet"],
    ["a range of everything in IPv6", access("0::/0"), "is the whole internet"],
    ["the same, spelt otherwise", access("::0/0"), "is the whole internet"],
    ["half of everything", access("0.0.0.0/1"), "is the whole internet"],
    ["a public range", access("8.0.0.0/8"), "is a range of public addresses"],
    ["a public range of IPv6", access("2001:db8::/32"), "is a range of public addresses"],
    ["a range that begins private and ends public", access("10.0.0.0/7"), "is the whole internet, or much of it"],
    ["the same with a longer prefix", access("192.168.0.0/15"), "is a range of public addresses"],
    ["a range with host bits", access("10.8.1.0/16"), "write 10.8.0.0/16"],
    ["a range of IPv6 with host bits", access("fd00::1/8"), "write fd00::/8"],
    ["host bits elsewhere", publish({ ranges: ["10.20.30.1/24"] }), "write 10.20.30.0/24"],
    ["a namespace with an underscore", service({ namespace: "Shop_NS" }), "services.shop-api.namespace"],
    ["a namespace with a dot", service({ namespace: "shop.prod" }), "services.shop-api.namespace"],
    ["a Deployment with a space", service({ deployment: "Foo Bar" }), "services.shop-api.deployment"],
    ["a container with a dot", service({ container: "app.main" }), "services.shop-api.container"],
    ["a container too long", service({ container: "a".repeat(64) }), "longer than the 63"],
    ["a quote for OTTL", service({ serviceAccount: 'shop" or true' }), "services.shop-api.serviceAccount"],
    ["everybody's account", service({ serviceAccount: "default" }), "is the account of every pod"],
    ["Vault below a path", vault({ address: "https://gw.example/vault" }), "write https://gw.example"],
    ["Vault with a slash", vault({ address: "https://vault.example:8200/" }), "write https://vault.example:8200"],
    ["Vault with a password", vault({ address: "https://a:b@vault.example" }), "holds a user or a password"],
    ["Elasticsearch below a path", endpoint("https://gw.example/es"), "has a path"],
    ["Elasticsearch with a query", endpoint("https://es.example?pretty"), "has a query"],
    ["Elasticsearch with a user", endpoint("https://elastic@es.example"), "holds a user"],
    ["one plain address of Elasticsearch", endpoint("http://b.example:9200"), "endpoints.1"],
    ["one address of Elasticsearch twice", endpoint("https://es.example:9200"), "names one address twice"],
    ["the same, spelt otherwise", endpoint("https://b.example", "https://b.example:443"), "names one address twice"],
    ["an address in capital letters", endpoint("https://B.example"), "write https://b.example"],
    ["a short form of IPv6", endpoint("https://[fd00:0::1]:9200"), "write https://[fd00::1]:9200"],
    ["a host with a dot at its end", vault({ address: "https://vault.example.:8200" }), "ends with a dot"],
    ["a variable in a host", vault({ address: "https://vault.example$x" }), "no name"],
    ["port 0", vault({ address: "https://vault.example:0" }), "nobody listens"],
    ["Vault beside each pod", vault({ address: "https://localhost:8200" }), "a name that all of them resolve"],
    ["the loopback, spelt otherwise", vault({ address: "https://0x7f.1:8200" }), "a name that all of them resolve"],
    ["a name with a dot at its end", publish({ host: "es.example." }), "write es.example"],
    ["a name in capital letters", publish({ host: "ES.example" }), "write es.example"],
    ["a name without room", publish({ host: `${"abcd.".repeat(40)}example` }), "is longer than 189 characters"],
    ["a storage class with an empty part", managed({ storageClass: "a..b" }), "every part begin and end"],
    ["an annotation's domain with an empty part", publish({ annotations: { "a..b/c": "d" } }), "key of an annotation"],
    ["more pods than there are", { replicas: { gateway: 3_000_000_000 } }, "1000 or less"],
    ["a wait that nanoseconds cannot count", { sizes: { agent: { retrySeconds: 1e15 } } }, "2592000 or less"],
    ["a slow span that they cannot", { sampling: { slowMs: 1e15 } }, "86400000 or less"],
    ["a disk of more than there is", { sizes: { sampler: { storageGib: 1e12 } } }, "100000 or less"],
    ["no CPU", { sizes: { gateway: { cpu: "0m" } } }, "is none"],
    ["a CPU finer than Kubernetes counts", { sizes: { gateway: { cpu: "0.00001" } } }, "not finer than 1m"],
    ["no address of Elasticsearch", { elasticsearch: { ...external, endpoints: [] } }, "elasticsearch.endpoints"],
    ["a quote in the issuer", issuer('https://issuer.example/"'), "holds a quote"],
    ["a space in the issuer", issuer("https://issuer.example/a b"), "holds a quote, a space"],
    ["an issuer with a fragment", issuer("https://issuer.example/#a"), "has a query or a fragment"],
    ["a mount with a slash before it", vault({ kvMount: "/secret" }), "vault.kvMount"],
    ["a mount with a slash behind it", vault({ pkiMount: "pki/" }), "vault.pkiMount"],
    ["a mount with a space", vault({ kvMount: "my secrets" }), "vault.kvMount"],
    ["an address for a name", publish({ host: "10.0.0.1" }), "is an address"],
    ["a URL for a name", publish({ host: "https://x" }), "must be a host name"],
    ["an annotation's key", publish({ annotations: { "a b": "c" } }), "must be the key of an annotation"],
    ["an image without a tag", image("jaegertracing/jaeger"), "needs a tag or a digest"],
    ["the latest image", image("jaegertracing/jaeger:latest"), "is another program tomorrow"],
    ["an image in upper case", image("Jaeger:1.0"), "must be an image"],
    ["an image with a scheme", image("https://registry.example/jaeger:1"), "must be an image"],
    ["a digest cut short", image("jaeger@sha256:abc"), "must be an image"],
    ["a registry with a scheme", registry("https://registry.example"), "must be a registry"],
    ["a registry with a slash at its end", registry("registry.example/mirror/"), "must be a registry"],
  ])("%s", (_, changes, says) => {
    expect(() => parse(changes)).toThrow(says);
    // One fault, one message.
    expect(() => parse(changes)).toThrow(": 1 setting(s) cannot be used.");
  });
});

test.each<[string, Raw]>([
  ...["10.8.0.0/16", "172.16.0.0/12", "192.168.7.0/24", "100.64.0.0/10", "fd00::/8", "10.8.0.1/32"].map(
    (range): [string, Raw] => [range, access(range)],
  ),
  ["a public range for the machines that deploy", publish({ ranges: ["203.0.113.0/24"] })],
  ["names of Kubernetes", service({ namespace: "1shop", deployment: "shop.v2", container: "app-1" })],
  ["an account with dots", service({ serviceAccount: "shop.runner" })],
  ["Vault by its address", vault({ address: "https://10.0.0.7:8200" })],
  ["Vault by its address of IPv6", vault({ address: "https://[fd00::7]:8200" })],
  ["an issuer with a path", issuer("https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF")],
  ["an issuer with a slash at its end", issuer("https://issuer.example/")],
  ["mounts below a path", vault({ kvMount: "company/kv-v2", pkiMount: "company_pki.1" })],
  ["an annotation", publish({ annotations: { "service.beta.kubernetes.io/aws-load-balancer-subnets": "a, b" } })],
  ["an image by digest", image(`registry.example:5000/a/jaeger@${digest}`)],
  ["an image by tag and digest", image(`jaegertracing/jaeger:2.19.0@${digest}`)],
  ["a registry with port and path", registry("mirror.example:5000/docker/hub")],
])("taken as it is: %s", (_, changes) => {
  expect(() => parse(changes)).not.toThrow();
});
