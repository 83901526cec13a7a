import { readOnce } from "../read-once.ts";

test("inputs are read once for all policies, and again for those that may change them", () => {
  const read = jest.fn((inputs: object) => ({ ...inputs }));
  const library = { deserializeProperties: read as (inputs: object, keepSecrets: boolean) => object };
  readOnce(library);
  const [one, other] = [{ a: 1 }, { a: 1 }];
  expect(library.deserializeProperties(one, false)).toBe(library.deserializeProperties(one, false));
  library.deserializeProperties(other, false);
  expect(read).toHaveBeenCalledTimes(2);
  library.deserializeProperties(one, true);
  expect(read).toHaveBeenCalledTimes(3);
});

test("a library without that function is left alone", () => {
  const library = {};
  readOnce(library);
  expect(library).toEqual({});
});

test("the library has it: else everything would be read as often as before, and nobody would notice", async () => {
  const library = (await import("@pulumi/policy/deserialize.js")) as object;
  expect(Object.keys(library)).toContain("deserializeProperties");
});
