import { cases } from "../checks/fields/cases.ts";

test("whatever breaks an application when it is patched, the check has said something of it before", () => {
  const silent = cases.filter(({ breaks, stops, notes, unread }) => breaks && !(stops ?? notes ?? unread));
  expect(silent.map(({ id }) => id)).toEqual([]);
});
