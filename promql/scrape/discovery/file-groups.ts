/**
 * Targets that files name (`file_sd_configs`), read again when they change. A file that cannot be
 * read keeps the targets that it named before; one that is gone names none.
 */
import { globSync, readFileSync, statSync } from 'node:fs'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { readGroups } from '../configuration/target-groups.ts'
import type { FileDiscovery, TargetGroup } from '../job.ts'

export interface FileGroups {
  /** Looks at the files; the same object where nothing has changed since. */
  look(): readonly TargetGroup[]
}

interface Known {
  readonly stamp: string
  readonly groups: readonly TargetGroup[]
}

/** One file that names more is a mistake. */
const fileBytesMax = 64 * 1024 * 1024

export function createFileGroups({ patterns }: FileDiscovery, log: Log): FileGroups {
  let known = new Map<string, Known>()
  let all: readonly TargetGroup[] = []

  const readAgain = (file: string, stamp: string, before: Known | undefined): Known => {
    try {
      return { stamp, groups: readGroups(file, readFileSync(file, 'utf8')) }
    } catch (error) {
      log.error({ file, error: messageOf(error) }, 'Cannot read targets; kept what was')
      return { stamp, groups: before?.groups ?? [] }
    }
  }
  return {
    look() {
      const found = new Map<string, Known>()
      for (const file of filesOf(patterns)) {
        const stamp = stampOf(file)
        const before = known.get(file)
        if (stamp === undefined) continue
        found.set(file, before?.stamp === stamp ? before : readAgain(file, stamp, before))
      }
      const isSame =
        found.size === known.size && [...found].every(([file, one]) => known.get(file) === one)
      if (!isSame) all = [...found.values()].flatMap(({ groups }) => groups)
      known = found
      return all
    },
  }
}

const filesOf = (patterns: readonly string[]) =>
  [...new Set(patterns.flatMap((pattern) => globSync(pattern)))].sort()

function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined || !found.isFile() || found.size > fileBytesMax) return undefined
  return `${found.ino}:${found.mtimeMs}:${found.ctimeMs}:${found.size}`
}
