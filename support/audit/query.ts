/** What is asked of the records. All that is given must hold. */
export interface Question {
  /** Milliseconds since 1970. */
  since: number;
  /** Id of a trace, as somebody has copied it. */
  trace?: string;
  /** Id of an order. */
  order?: string;
  /** Mail address. */
  person?: string;
  /** Only what was refused. */
  refused?: true;
  /** Only what looked for traces, by whatever. */
  searches?: true;
}

/** Jaeger's own interfaces to search by. Their answers hold whole traces. */
const searchPaths = ["/api/traces", "/api/v3/traces"];

/** The question in Elasticsearch's language. */
export function queryOf({ since, trace, order, person, refused, searches }: Question): object {
  const filter: object[] = [{ range: { time: { gte: since, format: "epoch_millis" } } }];
  const same = (field: string, value: string) => ({ term: { [field]: { value, case_insensitive: true } } });
  if (trace !== undefined) {
    // Jaeger takes an id in any case, and without the zeros that it begins with.
    const value = `0*${trace.replace(/^0+/, "")}`;
    filter.push({ regexp: { trace: { value, case_insensitive: true } } });
  }
  if (order !== undefined) filter.push(same("order", order));
  if (person !== undefined) filter.push(anyOf(same("person", person), same("claimed", person)));
  if (refused) filter.push(anyOf({ terms: { status: [401, 403] } }, { term: { result: "AuthFailure" } }));
  if (searches) {
    filter.push({ terms: { path: searchPaths } }, { term: { status: 200 } });
    return { bool: { filter, must_not: [{ exists: { field: "trace" } }] } };
  }
  return { bool: { filter } };
}

function anyOf(...should: object[]): object {
  return { bool: { should, minimum_should_match: 1 } };
}
