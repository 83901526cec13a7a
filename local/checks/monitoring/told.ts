import Table from "cli-table3";
import type { Expected } from "./causes.ts";
import type { ActiveAlert } from "./prometheus.ts";

/** What became of an alert of a cause, seconds since it began, or since it was mended. */
export interface Told {
  alert: Expected;
  cause: string;
  /** Undefined: in vain. */
  firedAfter?: number;
  quietAfter?: number;
}

/** Whether that alert fires, or is about to. */
export function isActive(active: readonly ActiveAlert[], { name, labels }: Expected, ...states: string[]): boolean {
  const wanted = Object.entries({ alertname: name, ...labels });
  return active.some((one) => states.includes(one.state) && wanted.every(([key, value]) => one.labels[key] === value));
}

/** For people. */
export const describe = ({ name, labels }: Expected) => [name, ...Object.values(labels)].join(" ");

/** What was told, a row an alert. */
export function tableOf(told: readonly Told[]): string {
  const table = new Table({
    head: ["alert", "cause", "fired after", "quiet after"],
    style: { head: [], border: [], compact: true },
  });
  const seconds = (count: number | undefined) => (count === undefined ? "never" : `${count} s`);
  for (const { alert, cause, firedAfter, quietAfter } of told) {
    table.push([describe(alert), cause, seconds(firedAfter), seconds(quietAfter)]);
  }
  return table.toString();
}

/** Whether an alert fired by its cause, and was quiet afterwards. */
export const wasTold = ({ firedAfter, quietAfter }: Told) => firedAfter !== undefined && quietAfter !== undefined;
