/** The list of collectors. To add one: its file, its test, and a line here. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from './collector.ts'
import type { Files } from './files.ts'
import { createCpu } from './host/cpu.ts'
import { createDiskstats } from './host/diskstats.ts'
import { createFilesystem } from './host/filesystem.ts'
import { createLoadavg } from './host/loadavg.ts'
import { createMemory } from './host/memory.ts'
import { createNetclass } from './host/netclass.ts'
import { createNetdev } from './host/netdev.ts'
import { createPressure } from './host/pressure.ts'
import { createUname } from './host/uname.ts'
import { createSmart, type SmartOptions } from './smart.ts'

export type { Collector, Pace } from './collector.ts'
export { evaluations } from './evaluate/index.ts'
export { createFiles, type Files } from './files.ts'
export { inspectHelp } from './inspect/help.ts'
export { inspect } from './inspect/inspect.ts'
export { type Collection, type CollectionOptions, createCollection } from './run.ts'
export type { SmartDevice } from './smart/ask.ts'

/** What collectors may need; each takes only its own part. */
export interface NodeWorld {
  readonly clock: Clock
  readonly log: Log
  readonly files: Files
  /** Such as `x86_64`. */
  readonly machine: string
  readonly smart: Omit<SmartOptions, 'clock' | 'log'>
}

export const nodeCollectors = (world: NodeWorld): readonly Collector[] => [
  createCpu(world),
  createDiskstats(world),
  createFilesystem(world),
  createLoadavg(world),
  createMemory(world),
  createNetclass(world),
  createNetdev(world),
  createPressure(world),
  createSmart({ ...world, ...world.smart }),
  createUname(world),
]
