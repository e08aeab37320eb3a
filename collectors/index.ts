/** The list of collectors. To add one: its file, its test, and a line here. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import { createIpmi, type IpmiOptions } from './bmc/ipmi.ts'
import { createRedfish, type RedfishOptions } from './bmc/redfish.ts'
import { type CephOptions, createCeph } from './ceph/ceph.ts'
import type { Collector } from './collector.ts'
import type { Files } from './files.ts'
import { type HostOptions, hostCollectors } from './host/list.ts'
import { createEthtool } from './nic/ethtool.ts'
import { createLink } from './nic/link.ts'
import { createLldp } from './nic/lldp.ts'
import { createModule } from './nic/module.ts'
import { createRaid, type RaidOptions } from './raid/raid.ts'
import { createSmart, type SmartOptions } from './smart.ts'
import { hardwareCollectors } from './sys/list.ts'

export type { Collector, Pace } from './collector.ts'
export { evaluations } from './evaluate/index.ts'
export { createFiles, type Files } from './files.ts'
export { type Forecast, openForecast } from './forecast/forecast.ts'
export { inspectHelp } from './inspect/help.ts'
export { inspect } from './inspect/inspect.ts'
export { prepareReplay } from './replay/replay.ts'
export { type Collection, type CollectionOptions, createCollection } from './run.ts'
export type { SmartDevice } from './smart/device.ts'
export { createDriveDatabase } from './smart/drive-database.ts'

export interface NicOptions {
  readonly ethtoolPath?: string
  readonly lldpctlPath?: string
  /** Pace of the counters, and that of what changes seldom: links, modules, neighbours. */
  readonly everyMs?: number
  readonly linkEveryMs?: number
  /** Counters of drivers to export; absent: all but those of single queues. */
  readonly include?: RegExp | undefined
  /** Bits a second by device, `*` for all others; absent: the best that the port offers. */
  readonly expected?: ReadonlyMap<string, number> | undefined
}

/** What collectors may need; each takes only its own part. */
export interface NodeWorld {
  readonly clock: Clock
  readonly log: Log
  readonly files: Files
  /** Such as `x86_64`. */
  readonly machine: string
  readonly ceph?: Pick<CephOptions, 'cephPath' | 'diskOccupation'>
  readonly host?: HostOptions
  readonly nic?: NicOptions
  readonly raid?: Omit<RaidOptions, 'clock' | 'log'>
  readonly bmc?: Omit<IpmiOptions, 'clock' | 'log'>
  /** Absent: the management controller is asked on this machine. */
  readonly redfish?: Omit<RedfishOptions, 'clock' | 'log'>
  readonly smart: Omit<SmartOptions, 'clock' | 'log'>
}

export const nodeCollectors = (world: NodeWorld): readonly Collector[] => [
  ...hostCollectors({ ...world, ...world.host }),
  createEthtool({ ...world, ...world.nic }),
  createLink({ ...world, ...world.nic }),
  createLldp({ ...world, ...world.nic }),
  createModule({ ...world, ...world.nic }),
  world.redfish === undefined
    ? createIpmi({ ...world, ...world.bmc })
    : createRedfish({ ...world, ...world.redfish }),
  createRaid({ ...world, ...world.raid }),
  createCeph({ ...world, ...world.ceph }),
  createSmart({ ...world, ...world.smart }),
  ...hardwareCollectors(world),
]
