const units: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** A quantity of Kubernetes as a number: cores, or bytes. */
export function amount(quantity: string): number {
  const { number = "0", unit = "" } = /^(?<number>[\d.]+)(?<unit>\w*)$/.exec(quantity)?.groups ?? {};
  return Number(number) * (units[unit] ?? 1);
}

/** A quantity of memory, rounded up. */
export function mebibytes(quantity: string): number {
  return Math.ceil(amount(quantity) / units["Mi"]!);
}
