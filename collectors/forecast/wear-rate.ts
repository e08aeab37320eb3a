/** How fast an SSD wears: of several rates, each right in its own way, a robust one is taken. */

/** What was known of a drive at one time. */
export interface WearPoint {
  readonly powerOnHours: number
  /** Endurance used. Mostly whole points, so that a step of one says little. */
  readonly percent: number
  readonly bytesWritten: number | undefined
}

/** Points of percent an hour of power. */
export interface WearRates {
  /** For drives that wear slowly: what workload changes and whole points cannot throw off. */
  readonly steady: number
  /** For drives that wear fast: mostly what was last, since workloads of drives come and go. */
  readonly recent: number
}

/** Too short a history shows one step of a whole point, or none. */
export const historyHoursMin = 5 * 24

/** Undefined: the history is too short to say anything. `points` in the order of their hours. */
export function wearRatesOf(points: readonly WearPoint[]): WearRates | undefined {
  const knots = knotsOf(sinceItLastFell(points))
  const first = knots[0]
  const previous = knots.at(-2)
  const last = knots.at(-1)
  if (first === undefined || previous === undefined || last === undefined) return undefined
  if (last.powerOnHours - first.powerOnHours < historyHoursMin) return undefined
  const overall = slope(first, last)
  const latest = slope(previous, last)
  const lifetime = slope(newDrive, last)
  const bytes = byteRatesOf({ first, previous, last })
  const most = 3 * Math.max(latest, overall)
  const rates = [
    overall,
    latest,
    lifetime,
    // What a byte cost so far times the bytes that are written lately.
    bytes?.cost === undefined ? overall : Math.min(most, bytes.cost * bytes.rate),
    bytes === undefined ? lifetime : bytes.lifetimeCost * bytes.rate,
  ]
  return { steady: median(rates), recent: 0.7 * latest + 0.3 * overall }
}

const newDrive: WearPoint = { powerOnHours: 0, percent: 0, bytesWritten: 0 }

const slope = (from: WearPoint, to: WearPoint) =>
  (to.percent - from.percent) / Math.max(1, to.powerOnHours - from.powerOnHours)

/** Firmware that counts in one byte begins anew at 256, and a new one may count otherwise. */
function sinceItLastFell(points: readonly WearPoint[]): readonly WearPoint[] {
  const fell = points.findLastIndex((point, i) => point.percent < (points[i - 1]?.percent ?? 0))
  return fell === -1 ? points : points.slice(fell)
}

/** At most four: the ends, and what lies nearest to thirds of the time between. */
function knotsOf(points: readonly WearPoint[]): readonly WearPoint[] {
  const start = points[0]?.powerOnHours ?? 0
  const span = (points.at(-1)?.powerOnHours ?? 0) - start
  const nearest = (third: number) => {
    const wanted = start + (span * third) / 3
    const off = (point: WearPoint) => Math.abs(point.powerOnHours - wanted)
    return points.reduce((best, point) => (off(point) < off(best) ? point : best))
  }
  return points.length <= 4 ? points : [...new Set([0, 1, 2, 3].map(nearest))]
}

interface ByteRates {
  /** Bytes an hour, lately. */
  readonly rate: number
  /** Points a byte within the history; undefined where it shows no wear. */
  readonly cost: number | undefined
  /** Points a byte since the drive was new. */
  readonly lifetimeCost: number
}

/** Undefined where bytes are unknown or run backwards, as those of some firmware do. */
function byteRatesOf(knots: {
  first: WearPoint
  previous: WearPoint
  last: WearPoint
}): ByteRates | undefined {
  const { first, previous, last } = knots
  const [from, between, to] = [first.bytesWritten, previous.bytesWritten, last.bytesWritten]
  if (from === undefined || between === undefined || !to) return undefined
  if (from > between || between > to) return undefined
  const wear = last.percent - first.percent
  return {
    rate: (to - between) / Math.max(1, last.powerOnHours - previous.powerOnHours),
    cost: wear >= 1 && to > from ? wear / (to - from) : undefined,
    lifetimeCost: last.percent / to,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
