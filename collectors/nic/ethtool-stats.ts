/** Reads `ethtool -S`: every counter, and what they say of errors and drops. */
import { fault } from '#api/errors'
import {
  commonCounters,
  type DriverCounters,
  driverCounters,
  type Terms,
} from './driver-counters.ts'

export interface EthtoolStats {
  /** As the kernel calls it; where it was not told, guessed from the counters. */
  readonly driver: string | undefined
  /** By name; where queues print the same name, their sum. In the order of the driver. */
  readonly counters: ReadonlyMap<string, number>
  /** Undefined here and below: this driver does not say. */
  readonly rxErrors: number | undefined
  readonly txErrors: number | undefined
  /** Frames lost because the hardware had no room for them. */
  readonly rxDropsHardware: number | undefined
  /** Frames that the driver took and could not hand on. */
  readonly rxDropsSoftware: number | undefined
  readonly txDrops: number | undefined
  /** The part of `rxDropsHardware` that the kernel counts in `rx_dropped` as well. */
  readonly heldInRxDropped: number
  /** Every counter whose name speaks of errors or drops, those of single queues left out. */
  readonly troubles: ReadonlyMap<string, number>
}

/** Throws where the text holds no counter. */
export function readEthtoolStats(text: string, driver?: string | undefined): EthtoolStats {
  const counters = countersOf(text)
  if (counters.size === 0) {
    const reason = text.trim().split('\n')[0]?.slice(0, 80) || 'nothing was printed'
    throw fault('ANSWER_UNREADABLE', {
      program: 'ethtool -S',
      reason: `no counter in it: ${reason}`,
    })
  }
  const known = knownDriver(counters, driver)
  const { heldInRxDropped = [], ...meaning } = known ?? commonCounters
  const sum = (terms: Terms) => sumOf(counters, terms)
  return {
    driver: driver ?? known?.driver,
    counters,
    rxErrors: sum(meaning.rxErrors),
    txErrors: sum(meaning.txErrors),
    rxDropsHardware: sum(meaning.rxDropsHardware),
    rxDropsSoftware: sum(meaning.rxDropsSoftware),
    txDrops: sum(meaning.txDrops),
    heldInRxDropped: sum(heldInRxDropped) ?? 0,
    troubles: new Map(
      [...counters].filter(([name]) => isTrouble.test(name) && !isOfOneQueue(name)),
    ),
  }
}

/** Whether a counter is that of a single queue, ring or channel. */
export function isOfOneQueue(name: string): boolean {
  return ofOneQueue.some((pattern) => pattern.test(name))
}

const isTrouble =
  /err|drop|discard|miss(?!ed_irq)|no_?buf|out_of_buffer|overflow|no_dma|fail|bad|oob|exceeded/i
const ofOneQueue = [
  /^\[?\d+\]?: |^(rx|tx)(_xdp|_xsk)?q?[-#]?\d+[_.:]/,
  /(^|_)queue_?\d+_|^([rt]xq|ch)_?\d+[_:]|-cpu-\d+\./,
]

/** `     [0]: rx_discards: 12`: the name may hold colons, the value is the last word. */
const line = /^\s*(\S.*?)\s*:\s*(\d{1,20})\s*$/

function countersOf(text: string): Map<string, number> {
  const counters = new Map<string, number>()
  for (const row of text.split('\n')) {
    const [, name, value] = line.exec(row) ?? []
    // `Rx Queue#: 1` is a heading.
    if (name === undefined || name.endsWith('#')) continue
    counters.set(name, (counters.get(name) ?? 0) + Number(value))
  }
  return counters
}

function knownDriver(
  counters: ReadonlyMap<string, number>,
  driver: string | undefined,
): DriverCounters | undefined {
  const rows = driverCounters.filter(
    (row) =>
      (driver === undefined || row.driver === driver) &&
      (row.needs === undefined || counters.has(row.needs)),
  )
  const signed = rows.find(({ signs }) => sumOf(counters, signs) !== undefined)
  return signed ?? (driver === undefined ? undefined : rows[0])
}

/** Undefined where none of the counters is there. */
function sumOf(counters: ReadonlyMap<string, number>, terms: Terms): number | undefined {
  const values = terms.flatMap((term) =>
    typeof term === 'string'
      ? (counters.get(term) ?? [])
      : [...counters].flatMap(([name, value]) => (term.test(name) ? value : [])),
  )
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value)
}
