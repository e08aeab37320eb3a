/** Many things at once, but never more than `slots` of them. */

/** Runs `run` over `items`, at most `slots` at a time; results keep the order of the items. */
export async function parallel<T, R>(
  items: readonly T[],
  slots: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const work = async () => {
    for (const [i, item] of queue) results[i] = await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(slots, items.length) }, work))
  return results
}
