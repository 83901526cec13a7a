import { Provider } from "@pulumi/elasticstack";

/** Nothing here runs: `npm run typecheck` fails where a line below `@ts-expect-error` compiles after all. */
const connection = { endpoints: ["https://elasticsearch.example:9200"], caData: "PEM" };

export const ways = [
  () => new Provider("elasticstack", { elasticsearches: [connection] }),
  // @ts-expect-error the plugin drops this name without a word, and then has no connection
  () => new Provider("elasticstack", { elasticsearch: connection }),
  // @ts-expect-error a list
  () => new Provider("elasticstack", { elasticsearches: connection }),
  // @ts-expect-error no such setting of a connection
  () => new Provider("elasticstack", { elasticsearches: [{ endpoint: "https://elasticsearch.example:9200" }] }),
];
