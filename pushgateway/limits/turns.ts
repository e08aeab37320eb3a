/** Lets so many at once do something; the others wait for their turn, in order. */

export interface Turns {
  take<T>(run: () => Promise<T>): Promise<T>
}

/** Who calls it bounds how many may wait. */
export function createTurns(countMax: number): Turns {
  const waiting: (() => void)[] = []
  let free = countMax
  return {
    async take(run) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await run()
      } finally {
        const next = waiting.shift()
        if (next === undefined) free++
        else next()
      }
    },
  }
}
