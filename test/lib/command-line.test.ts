import { PassThrough, Readable } from "node:stream";
import { readToEnd } from "../../lib/command-line.ts";

describe("standard input", () => {
  it("is read to its end", async () => {
    expect(
      await readToEnd(Readable.from([Buffer.from("one\n"), Buffer.from("two")]), new AbortController().signal),
    ).toBe("one\ntwo");
  });

  it("can be left before its end", async () => {
    const interruption = new AbortController();
    const read = readToEnd(new PassThrough(), interruption.signal);
    interruption.abort();
    await expect(read).rejects.toThrow("aborted");
  });
});
