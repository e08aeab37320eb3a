/**
 * A narrow lane for files that may never answer. Such a reading holds one of the few threads that
 * read files for all of the process; so many may be held and no more, the others wait.
 */
import type { Files } from '../files.ts'

/** One more than the chips of hwmon that may hang at a time, out of Node's four threads. */
const lanes = 3

export function inLane(files: Files): Files {
  let free = lanes
  const waiting: (() => void)[] = [] // At most one of each collector: they read one by one.
  const enter = () => {
    if (free === 0) return new Promise<void>((go) => waiting.push(go))
    free--
    return undefined
  }
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return {
    ...files,
    async readTextLater(path) {
      await enter()
      try {
        return await files.readTextLater(path)
      } finally {
        leave()
      }
    },
  }
}
