/** Which alerts have changes that the store does not have: in the order of their first change. */
export interface Backlog {
  /** Grows with every change. */
  readonly turn: number
  /** Every change up to this turn is in the store. */
  readonly storedTurn: number
  /** Those that wait, and those that are being written. */
  readonly size: number
  names(): Iterable<string>
  isWriting(name: string): boolean
  add(name: string): void
  /** It needs not be written after all. */
  remove(name: string): void
  /** The oldest ones, which are being written from now on; one batch at a time. */
  begin(most: number): readonly string[]
  /** What was begun is in the store. */
  done(): void
}

export function createBacklog(): Backlog {
  /** With the turn of the first change. */
  const waiting = new Map<string, number>()
  let writing: ReadonlySet<string> = new Set()
  let turn = 0
  let writingTurn = 0
  let storedTurn = 0
  return {
    get turn() {
      return turn
    },
    get storedTurn() {
      return storedTurn
    },
    get size() {
      return waiting.size + writing.size
    },
    names: () => new Set([...writing, ...waiting.keys()]),
    isWriting: (name) => writing.has(name),
    add(name) {
      turn++
      if (!waiting.has(name)) waiting.set(name, turn)
    },
    remove: (name) => void waiting.delete(name),
    begin(most) {
      const batch = waiting.keys().take(most).toArray()
      for (const name of batch) waiting.delete(name)
      writing = new Set(batch)
      const [next] = waiting.values()
      writingTurn = next === undefined ? turn : next - 1
      return batch
    },
    done() {
      writing = new Set()
      storedTurn = writingTurn
    },
  }
}
