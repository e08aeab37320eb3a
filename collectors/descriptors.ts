/**
 * Descriptors that stay open from tick to tick: to open and close a file of /proc or /sys costs
 * eight times its reading. A kept one whose device has gone is closed, and the path opened anew.
 */
import { closeSync, openSync } from 'node:fs'

export interface Descriptors {
  /** Gives `read` an open descriptor, which may stand anywhere in the file: read by position. */
  use<T>(path: string, read: (descriptor: number) => T): T
  close(): void
}

interface Kept {
  readonly descriptor: number
  usedAt: number
}

/** What a file answers while it is there: no speed while the link is down, no pressure counted. */
const isAnswer = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  /^E(INVAL|OPNOTSUPP|NODATA|AGAIN|PERM|ACCES|NOMSG)$/.test(String(error.code))

export function createDescriptors(most: number): Descriptors {
  const kept = new Map<string, Kept>()
  /** Several ticks, each of which uses all that it needs. */
  const sweepEvery = 4 * most
  let uses = 0
  let sweptAt = 0

  const forget = (path: string, { descriptor }: Kept) => {
    kept.delete(path)
    closeSync(descriptor)
  }
  /** Files that nobody reads any more, such as those of a device that was unplugged. */
  const sweep = () => {
    for (const [path, one] of kept) if (one.usedAt < sweptAt) forget(path, one)
    sweptAt = uses
  }
  const open = (path: string): Kept => ({ descriptor: openSync(path, 'r'), usedAt: uses })
  const readNew = <T>(path: string, read: (descriptor: number) => T): T => {
    if (kept.size >= most && uses - sweptAt > sweepEvery) sweep()
    const one = open(path)
    if (kept.size < most) {
      kept.set(path, one)
      return readKept(path, one, read)
    }
    try {
      return read(one.descriptor)
    } finally {
      closeSync(one.descriptor)
    }
  }
  const readKept = <T>(path: string, one: Kept, read: (descriptor: number) => T): T => {
    one.usedAt = uses
    try {
      return read(one.descriptor)
    } catch (error) {
      if (!isAnswer(error)) forget(path, one)
      throw error
    }
  }
  return {
    use(path, read) {
      uses++
      const one = kept.get(path)
      if (one === undefined) return readNew(path, read)
      try {
        return readKept(path, one, read)
      } catch (error) {
        if (kept.has(path)) throw error
        return readNew(path, read) // The device may have come back under its old name.
      }
    },
    close() {
      for (const [path, one] of kept) forget(path, one)
    },
  }
}
