/** Messages of Protocol Buffers as OTLP has them, by the numbers of their fields. */
export const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);
export const text = (value: string): Buffer => Buffer.from(value);

/** A text with its key. */
export const attribute = (key: string, value: string) => message(field(1, text(key)), field(2, field(1, text(value))));

/** A field that has a length: a message, a text or bytes. */
export function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
}

/** A field of 64 bits, as times are. */
export function time(number: number, nanoseconds: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = (number << 3) | 1;
  bytes.writeBigUInt64LE(nanoseconds, 1);
  return bytes;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
