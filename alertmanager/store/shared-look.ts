/**
 * A look at the store for those who have to know what stands in it now: it begins after the call,
 * because one under way may have missed what was just committed. Calls that come together share it.
 */
export function sharedLook(look: () => Promise<void>): () => Promise<void> {
  let looking: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = () => {
    looking = look().finally(() => {
      looking = undefined
    })
    return looking
  }
  return () => {
    if (looking === undefined) return begin()
    next ??= looking
      .catch(() => {})
      .then(() => {
        next = undefined
        return begin()
      })
    return next
  }
}
