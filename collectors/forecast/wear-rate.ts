/** How fast an SSD wears: of several rates, each right in its own way, the middle is taken. */

/** What was known of a drive at one time. */
export interface WearPoint {
  readonly powerOnHours: number
  /** Endurance used. Mostly whole points, so that a step of one says little. */
  readonly percent: number
  readonly bytesWritten: number | undefined
}

/** Points of percent an hour of power, and the points that it starts from. */
export interface WearRates {
  /** For drives that wear slowly: what workload changes and whole points cannot throw off. */
  readonly steady: number
  /** For drives that wear fast: mostly what was last, since workloads of drives come and go. */
  readonly recent: number
  /** Points by which the wear is likely beyond the middle of the whole point shown. */
  readonly lead: number
}

/** Too short a history shows one step of a whole point, or none. */
const historyHoursMin = 5 * 24

/** Undefined: the history is too short to say anything. `points` in the order of their hours. */
export function wearRatesOf(points: readonly WearPoint[]): WearRates | undefined {
  const knots = knotsOf(sinceItLastFell(points))
  const first = knots[0]
  const previous = knots.at(-2)
  const last = knots.at(-1)
  if (first === undefined || previous === undefined || last === undefined) return undefined
  if (last.powerOnHours - first.powerOnHours < historyHoursMin) return undefined
  const [history, late] = [spellOf(first, last), spellOf(previous, last)]
  const lifetime = rateOf(spellOf(newDrive, last))
  const overall = blended(history, lifetime)
  const latest = blended(late, overall)
  const bytes = byteRatesOf({ first, previous, last })
  const steady = middleOf([
    overall,
    latest,
    lifetime,
    // What a byte cost so far times the bytes that are written lately.
    bytes === undefined ? overall : bytes.cost * bytes.rate,
    bytes === undefined ? lifetime : bytes.lifetimeCost * bytes.rate,
  ])
  // What is fast shows many steps within its history, which needs no blending of its own.
  const recent = blended(late, rateOf(history))
  return { steady, recent, lead: bytes === undefined ? 0 : leadOf(knots, bytes.rawCost) }
}

const newDrive: WearPoint = { powerOnHours: 0, percent: 0, bytesWritten: 0 }

/** Wear, and the hours or the bytes that it took. */
interface Spell {
  readonly points: number
  readonly taken: number
}

const spellOf = (from: WearPoint, to: WearPoint): Spell => ({
  points: to.percent - from.percent,
  taken: to.powerOnHours - from.powerOnHours,
})

const rateOf = ({ points, taken }: Spell) => points / Math.max(1, taken)

/**
 * The rate of a spell, joined by one point at the rate that a longer spell has: counted in whole
 * points, no step or one says little, while ten are believed. What never wore still does not.
 */
const blended = ({ points, taken }: Spell, longer: number) =>
  (points + 1) / Math.max(1, taken + 1 / longer)

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
  /** Points a byte within the history, blended and as it is. */
  readonly cost: number
  readonly rawCost: number
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
  const spell = { points: last.percent - first.percent, taken: to - from }
  const lifetimeCost = last.percent / to
  return {
    rate: (to - between) / Math.max(1, last.powerOnHours - previous.powerOnHours),
    cost: blended(spell, lifetimeCost),
    rawCost: rateOf(spell),
    lifetimeCost,
  }
}

/** Not all of it, since what a byte costs does change. */
const leadTrusted = 0.7

/**
 * A drive that shows 7 has worn by 7.0 to 7.99. Where a byte always cost the same, each point in
 * between narrows that: one that was just reached means that the next is far.
 */
function leadOf(knots: readonly WearPoint[], cost: number): number {
  const last = knots.at(-1)
  let [low, high] = [0, 1]
  for (const point of knots.slice(1, -1).toReversed()) {
    if (last?.bytesWritten === undefined || point.bytesWritten === undefined) continue
    const grown = cost * (last.bytesWritten - point.bytesWritten)
    const least = point.percent + grown - last.percent
    // Points that contradict each other: the cost did change; the newer one holds.
    low = Math.min(high, Math.max(low, least))
    high = Math.max(low, Math.min(high, least + 1))
  }
  return leadTrusted * ((low + high) / 2 - 0.5)
}

/** The mean of those in the middle: a single rate that is far off moves nothing. */
function middleOf(rates: readonly number[]): number {
  const middle = rates.toSorted((a, b) => a - b).slice(1, -1)
  return middle.reduce((sum, rate) => sum + rate, 0) / middle.length
}
