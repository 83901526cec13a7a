/** Questions that are asked at a time: a server has others to answer as well. */
const atOnce = 8;

/** Asks about each of many, some at a time. @returns the answers, in their order. */
export async function inTurn<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  const left = items.entries();
  const work = async () => {
    for (const [index, item] of left) found[index] = await ask(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
}
