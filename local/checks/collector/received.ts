/** What is left of one span behind the gateway, read from the wire. */
export interface Received {
  traceId: string;
  /** Attributes of the resource and of the span, as text. */
  resource: Record<string, string>;
  span: Record<string, string>;
  spanName: string;
  /** Every text and number in it. */
  everything: string;
}

type Fields = Map<number, (Buffer | bigint)[]>;

/** Fields of a message of Protocol Buffers: views of its bytes. The schema is small enough to be read by field numbers. */
export function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new Error("a message of the collector ends in the middle");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const size = wire === 2 ? Number(varint()) : wire === 1 ? 8 : wire === 5 ? 4 : 0;
    const value = wire === 0 ? varint() : message.subarray(at, at + size);
    at += size;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

export const messages = (fields: Fields, field: number) => (fields.get(field) ?? []) as Buffer[];
const first = (fields: Fields, field: number) => messages(fields, field)[0] ?? Buffer.alloc(0);

/** Text of an `AnyValue`; what is inside of arrays and maps one after the other. */
function valueText(value: Buffer): string {
  return [...fieldsOf(value)]
    .flatMap(([field, values]) =>
      values.map((item) => {
        if (typeof item === "bigint") return String(BigInt.asIntN(64, item));
        if (field === 4) return String(item.readDoubleLE());
        if (field === 5) return messages(fieldsOf(item), 1).map(valueText).join(" ");
        if (field === 6)
          return Object.entries(attributesOf(fieldsOf(item), 1))
            .flat()
            .join(" ");
        return item.toString();
      }),
    )
    .join(" ");
}

function attributesOf(fields: Fields, field: number): Record<string, string> {
  return Object.fromEntries(
    messages(fields, field).map((item) => {
      const pair = fieldsOf(item);
      return [first(pair, 1).toString(), valueText(first(pair, 2))];
    }),
  );
}

/** Reads an export request. The gateway may have put several spans below one resource: none of them is lost. */
export function receivedOf(request: Buffer): Received[] {
  return messages(fieldsOf(request), 1).flatMap((resourceSpans) => {
    const outer = fieldsOf(resourceSpans);
    const resourceFields = fieldsOf(first(outer, 1));
    const resource = attributesOf(resourceFields, 1);
    return messages(outer, 2).flatMap((scopeSpans) => {
      const inner = fieldsOf(scopeSpans);
      const scope = fieldsOf(first(inner, 1));
      return messages(inner, 2).map((bytes) => {
        const span = fieldsOf(bytes);
        const attributes = attributesOf(span, 9);
        const events = messages(span, 11).map(fieldsOf);
        const links = messages(span, 13).map(fieldsOf);
        return {
          traceId: first(span, 1).toString("hex"),
          resource,
          span: attributes,
          spanName: first(span, 5).toString(),
          everything: JSON.stringify([
            resource,
            messages(resourceFields, 3).map(String),
            first(outer, 3).toString(),
            first(inner, 3).toString(),
            [first(scope, 1), first(scope, 2)].map(String),
            attributesOf(scope, 3),
            [first(span, 3), first(span, 5), first(fieldsOf(first(span, 15)), 2)].map(String),
            attributes,
            events.map((event) => [first(event, 2).toString(), attributesOf(event, 3)]),
            links.map((link) => [first(link, 3).toString(), attributesOf(link, 4)]),
          ]),
        };
      });
    });
  });
}
