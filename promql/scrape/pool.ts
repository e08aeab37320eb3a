/** The targets of one job: those that are read, and those that relabelling dropped. */
import { firstBeatMs } from './beat.ts'
import type { BuiltTarget } from './discovery/build-target.ts'
import { createFileGroups } from './discovery/file-groups.ts'
import {
  type DroppedTargets,
  type FoundTargets,
  findTargets,
  nothingFound,
} from './discovery/find-targets.ts'
import { createConnections } from './http/connections.ts'
import type { ScrapeHabits, ScrapeJob, TargetGroup } from './job.ts'
import { jobSource } from './job-target.ts'
import { type Reading, type ReadingWorld, startReading } from './reading.ts'
import { createRelabel } from './relabel.ts'
import type { TargetStatus } from './scrape.ts'

export interface Pool {
  readonly job: ScrapeJob
  /** Looks where targets are named, and reads those that are named now. */
  look(): Promise<void>
  targets(): readonly TargetStatus[]
  dropped(): DroppedTargets
  /** How many targets cannot be used as they are named. */
  readonly invalidCount: number
  has(key: string): boolean
  /** Series of targets that `goesOn` names do not end: somebody else reads them from now on. */
  close(goesOn: (key: string) => boolean): Promise<void>
}

export interface PoolWorld extends ReadingWorld {
  /** Samples of a target whose job sets no limit. */
  readonly sampleMax: number
  readonly habits: ScrapeHabits
}

export function createPool(job: ScrapeJob, world: PoolWorld): Pool {
  const { log, habits } = world
  const options = { job, relabel: createRelabel(job.relabel), addsPort: habits.addsPort, log }
  const connections = createConnections(job.access.tls)
  const start = starter(job, { ...world, connections })
  const files = job.files.map((one) => createFileGroups(one, log))
  const readings = new Map<string, Reading>()
  let seen: readonly (readonly TargetGroup[])[] | undefined
  let found: FoundTargets = nothingFound

  const sync = async () => {
    const { targets } = found
    const gone = [...readings].filter(([key]) => !targets.has(key))
    for (const [key] of gone) readings.delete(key)
    await Promise.all(gone.map(([, reading]) => reading.close({ ends: true })))
    for (const [key, target] of targets) if (!readings.has(key)) readings.set(key, start(target))
    const reason = tooMany(job, readings.size)
    for (const reading of readings.values()) reading.forbid(reason)
  }
  return {
    job,
    async look() {
      const groups = files.map((file) => file.look())
      if (seen?.every((before, i) => before === groups[i])) return
      seen = groups
      found = findTargets([...job.groups, ...groups.flat()], options)
      await sync()
    },
    targets: () => [...readings.values()].map((reading) => reading.status()),
    dropped: () => found.dropped,
    get invalidCount() {
      return found.invalidCount
    },
    has: (key) => readings.has(key),
    async close(goesOn) {
      const all = [...readings]
      readings.clear()
      await Promise.all(all.map(([key, reading]) => reading.close({ ends: !goesOn(key) })))
      connections.close()
    },
  }
}

function starter(
  job: ScrapeJob,
  world: PoolWorld & { readonly connections: ReturnType<typeof createConnections> },
) {
  const { clock, samples, sampleMax, habits, connections } = world
  const metricRelabel = createRelabel(job.metricRelabel)
  return (target: BuiltTarget): Reading => {
    const { key, labels, discovered, address, intervalMs, timeoutMs } = target
    const options = {
      ...{ labels, discovered, address, intervalMs, timeoutMs },
      pool: job.name,
      source: jobSource({ job, target, metricRelabel, connections, samples, sampleMax, habits }),
      honorLabels: job.honorLabels,
      endsTimed: job.tracksTimestamps,
      firstMs: firstBeatMs(key, intervalMs, clock.nowMs()),
    }
    return startReading(options, world)
  }
}

/** Why none of so many targets is read, if so. */
function tooMany({ limits }: ScrapeJob, count: number): string | undefined {
  if (limits.targets === 0 || count <= limits.targets) return undefined
  return `target_limit exceeded (number of targets: ${count}, limit: ${limits.targets})`
}
