/**
 * What files say, read again when they have changed. They are looked at when somebody asks, once a
 * second at most. What cannot be read after a change is logged, and the last good state stays.
 */
import { statSync } from 'node:fs'
import type { Clock } from './clock.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'

export interface Fresh<T> {
  /** The same object until something has changed. */
  current(): T
}

export interface Reading<T> {
  readonly value: T
  /** Everything that the value was read from. */
  readonly files: readonly string[]
}

const lookEveryMs = 1000

/** Throws what `read` throws, the first time only. */
export function openFresh<T>(
  read: () => Reading<T>,
  { clock, log }: { clock: Clock; log: Log },
): Fresh<T> {
  let { value, files } = read()
  let seen = stampOf(files)
  let lookedMs = clock.monotonicMs()
  return {
    current() {
      const nowMs = clock.monotonicMs()
      if (nowMs - lookedMs < lookEveryMs) return value
      lookedMs = nowMs
      const stamp = stampOf(files)
      if (stamp === seen) return value
      seen = stamp
      try {
        ;({ value, files } = read())
        seen = stampOf(files)
        log.info({ files }, 'Read again after a change')
      } catch (error) {
        log.error({ files, error: messageOf(error) }, 'Cannot use a changed file; kept what was')
      }
      return value
    },
  }
}

function stampOf(files: readonly string[]): string {
  return files.map(stampOfFile).join()
}

function stampOfFile(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino}:${found.mtimeMs}:${found.ctimeMs}:${found.size}`
}
