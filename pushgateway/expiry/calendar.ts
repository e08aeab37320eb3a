/** What is to be looked at when: putting in costs the same whatever waits, taking what is due. */

export interface Calendar<T> {
  put(item: T, atMs: number): void
  /** Takes out at most so many of which the time has come. */
  take(nowMs: number, countMax: number): readonly T[]
}

const slotMs = 1000

export function createCalendar<T>(): Calendar<T> {
  const slots = new Map<number, T[]>()
  let due: T[] = []
  /** All slots before it are empty. */
  let first: number | undefined

  const passed = (now: number): number[] => {
    const from = first ?? now + 1
    if (now - from < slots.size)
      return Array.from({ length: Math.max(0, now - from + 1) }, (_, i) => from + i)
    return [...slots.keys()].filter((slot) => slot <= now).sort((a, b) => a - b)
  }
  return {
    put(item, atMs) {
      const slot = Math.ceil(atMs / slotMs)
      first = Math.min(first ?? slot, slot)
      const others = slots.get(slot)
      if (others === undefined) slots.set(slot, [item])
      else others.push(item)
    },
    take(nowMs, countMax) {
      const now = Math.floor(nowMs / slotMs)
      for (const slot of passed(now)) {
        due = due.concat(slots.get(slot) ?? [])
        slots.delete(slot)
      }
      if (first !== undefined) first = Math.max(first, now + 1)
      return due.splice(0, countMax)
    },
  }
}
