/** The list of collectors. To add one: its file, its test, and a line here. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from './collector.ts'
import { createCpu } from './cpu.ts'
import { createDiskstats } from './diskstats.ts'
import type { Files } from './files.ts'
import { createFilesystem } from './filesystem.ts'
import { createLoadavg } from './loadavg.ts'
import { createMemory } from './memory.ts'
import { createNetclass } from './netclass.ts'
import { createNetdev } from './netdev.ts'
import { createPressure } from './pressure.ts'
import { createSmart, type SmartOptions } from './smart.ts'
import { createUname } from './uname.ts'

export type { Collector, Pace } from './collector.ts'
export { createFiles, type Files } from './files.ts'
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
