import { leavesOf } from "../core/configurations.ts";

test("an argument may be called as what every object of JavaScript has", () => {
  const props = { args: ["--constructor=a", "--toString", "b"] };
  const leaves = leavesOf({ urn: "urn", type: "a:b:C", name: "x", props, unknown: [] });
  expect(leaves.map(({ key, value }) => [key, value])).toEqual([
    ["constructor", "a"],
    ["toString", "b"],
  ]);
});
