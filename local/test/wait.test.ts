import { untilItWorks, waitFor } from "../wait.ts";

describe("waitFor", () => {
  test("returns what it finds, at the first look or later", async () => {
    const answers = [undefined, false, 0];
    expect(await waitFor(() => answers.shift(), { every: 1 })).toBe(0);
    expect(await waitFor(() => "there")).toBe("there");
  });

  test("looks once even without time, and then finds nothing", async () => {
    const look = jest.fn(() => undefined);
    expect(await waitFor(look, { limit: 0 })).toBeUndefined();
    expect(look).toHaveBeenCalledTimes(1);
  });

  test("ends with the reason of its signal, also in a pause", async () => {
    const stop = new AbortController();
    const waiting = waitFor(() => false, { every: 60_000, signal: stop.signal });
    stop.abort(new Error("Ctrl-C"));
    await expect(waiting).rejects.toThrow("Ctrl-C");
  });

  test("passes on what the look throws", async () => {
    await expect(waitFor(() => Promise.reject(new Error("forbidden")))).rejects.toThrow("forbidden");
  });
});

describe("untilItWorks", () => {
  test("tries again until it works, even if it returns nothing", async () => {
    const work = jest.fn<Promise<void>, []>().mockRejectedValueOnce(new Error("not yet")).mockResolvedValueOnce();
    expect(await untilItWorks(work, { every: 1 })).toBeUndefined();
    expect(work).toHaveBeenCalledTimes(2);
  });

  test("throws the last error when the time is up", async () => {
    await expect(untilItWorks(() => Promise.reject(new Error("503")), { limit: 0 })).rejects.toThrow("503");
  });

  test("does not go on after an error that stays", async () => {
    const work = jest.fn(() => Promise.reject(new Error("forbidden")));
    const passing = (error: unknown) => (error as Error).message !== "forbidden";
    await expect(untilItWorks(work, { every: 1, passing })).rejects.toThrow("forbidden");
    expect(work).toHaveBeenCalledTimes(1);
  });
});
