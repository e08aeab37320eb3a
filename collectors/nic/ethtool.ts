/** Counters of network cards through `ethtool -S`, and what they lost on reception. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { ProgramOutput } from '#lib/proc/run'
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import { type Files, readOptional } from '../files.ts'
import { createProgram } from '../program.ts'
import { createReasons } from '../reasons.ts'
import { createSteady, receiveDrops } from './drops.ts'
import { createCounterNames } from './ethtool-names.ts'
import { type EthtoolStats, isOfOneQueue, readEthtoolStats } from './ethtool-stats.ts'
import { type Port, portsOf } from './ports.ts'
import { readPorts } from './read-ports.ts'

export interface EthtoolOptions {
  readonly clock: Clock
  readonly log: Log
  readonly files: Pick<Files, 'readText' | 'list'>
  /** A path, or a name that is looked for on the PATH. */
  readonly ethtoolPath?: string
  readonly everyMs?: number
  /** Counters to export; absent: all but those of single queues, which may be thousands. */
  readonly include?: RegExp | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Default 5 s. */
  readonly deviceDeadlineMs?: number
}

/** What ethtool exits with where a driver has no counters. */
const noStats = 94

const readable = gauge('zstone_nic_readable', 'Whether the port answered when it was asked.')
const drops = counter(
  'zstone_nic_receive_drops_total',
  'Frames lost on reception, by the hardware (no room in it) or the software.',
)

export function createEthtool(options: EthtoolOptions): Collector {
  const { clock, log, files, include, env, deviceDeadlineMs = 5000 } = options
  const { ethtoolPath = 'ethtool', everyMs = 60_000 } = options
  const ethtool = createProgram({ path: ethtoolPath, clock, deadlineMs: deviceDeadlineMs, env })
  const reasons = createReasons(log, 'device')
  const names = createCounterNames()
  const steady = createSteady()
  const isWanted = (name: string) =>
    include === undefined ? !isOfOneQueue(name) : include.test(name)
  const deadlineMs = 3 * deviceDeadlineMs

  const addDrops = (families: Families, port: Port, stats: EthtoolStats | undefined) => {
    const { device, driver } = port
    const [dropped, missed] = ['rx_dropped', 'rx_missed_errors'].map((name) =>
      numberOf(readOptional(files, `/sys/class/net/${device}/statistics/${name}`)),
    )
    const { hardware, software } = receiveDrops({ driver, stats, dropped, missed })
    families.add(drops, { device, by: 'hardware' }, hardware)
    if (dropped === undefined || software === undefined) return
    families.add(drops, { device, by: 'software' }, steady(device, dropped, software))
  }
  return {
    name: 'ethtool',
    deadlineMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + deadlineMs },
    async collect(stop) {
      const families = createFamilies()
      const read = async (port: Port) => {
        const { device } = port
        const said = await ethtool.ask(['-S', device], { subject: device, stop })
        const stats = said === undefined ? undefined : statsOf(said, port)
        for (const { metric, value } of names.of(stats?.counters ?? new Map(), isWanted))
          families.add(metric, { device }, value)
        addDrops(families, port, stats)
        families.add(readable, { device }, 1)
      }
      await readPorts(portsOf(files), read, {
        reasons,
        lost: ({ device }) => families.add(readable, { device }, 0),
      })
      return families.list()
    },
  }
}

function statsOf(said: ProgramOutput, { device, driver }: Port): EthtoolStats | undefined {
  if (said.exitCode === noStats) return undefined
  if (said.exitCode === 0) return readEthtoolStats(said.output, driver)
  const reason = said.complaint.split('\n')[0] || `ethtool ended with exit status ${said.exitCode}`
  throw fault('DEVICE_UNREADABLE', { device, reason })
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined
}
