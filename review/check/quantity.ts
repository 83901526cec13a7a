const units: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity of Kubernetes as a number: cores, or bytes. */
export function amount(quantity: string): number {
  const { number = "0", unit = "" } = /^(?<number>[\d.]+(?:[eE][+-]?\d+)?)(?<unit>\w*)$/.exec(quantity)?.groups ?? {};
  return Number(number) * (units[unit] ?? 1);
}

/** A quantity of memory, rounded up. */
export function mebibytes(quantity: string): number {
  return Math.ceil(amount(quantity) / units["Mi"]!);
}

/** An amount for people, by what it is of: `1.5` cores, `512Mi`, a count. */
export function quantityOf(resource: string, value: number): string {
  const rounded = (number: number) => String(Number(number.toFixed(2)));
  if (!/memory|storage$/.test(resource)) return rounded(value);
  return value >= units["Gi"]! ? `${rounded(value / units["Gi"]!)}Gi` : `${Math.round(value / units["Mi"]!)}Mi`;
}
