/**
 * `anchored` and `smoothed`: ranges from bound to bound, of which nothing has to be drawn out. At a
 * bound stands what the sample before it says or, smoothed, what lies between its two neighbours.
 */
import {
  type Call,
  type Extension,
  type RangeSelector,
  unwrap,
  type VectorSelector,
} from './expression.ts'
import { type Bounds, drawnTo, lastUpTo, straight } from './functions/drawn.ts'
import { extendedFunctions } from './functions/extended.ts'
import { type Query, shiftedMs } from './query.ts'
import { type Element, executionFault, type MatrixValue, type Value, vectorOf } from './values.ts'

/** Undefined: the call is over no such range. */
export function callExtended(query: Query, call: Call, atMs: number): Value | undefined {
  for (const arg of call.args) {
    const range = unwrap(arg)
    if (range.kind !== 'range' || range.selector.extension === undefined) continue
    const run = bodyOf(range.selector.extension, call.function)
    return run([selectAround(query, range, atMs)], { call, atMs, query })
  }
  return undefined
}

function bodyOf(extension: Extension, name: string) {
  const bodies = extendedFunctions[extension]
  const body = bodies[name]
  if (body !== undefined) return body
  const names = Object.keys(bodies).join(', ')
  const rule = `${extension} modifier can only be used with: ${names}`
  throw executionFault(`${rule} - not with ${name}`)
}

/** The range on its own: with the points at its bounds. */
export function selectExtended(query: Query, range: RangeSelector, atMs: number): MatrixValue {
  const matrix = selectAround(query, range, atMs)
  const between = range.selector.extension === 'smoothed' ? straight : undefined
  const series = matrix.series.flatMap(({ labels, window }) => {
    const drawn = drawnTo(window, matrix, between)
    return drawn === undefined ? [] : [{ labels, window: drawn }]
  })
  return { ...matrix, series }
}

/** The samples of a range, and those before and after it that say what is at its bounds. */
function selectAround(query: Query, { selector, rangeMs }: RangeSelector, atMs: number) {
  const endMs = shiftedMs(selector, atMs, query)
  const bounds = { startMs: endMs - rangeMs, endMs }
  return { type: 'matrix' as const, series: windowsAround(query, selector, bounds), ...bounds }
}

function windowsAround(query: Query, selector: VectorSelector, { startMs, endMs }: Bounds) {
  const { lookbackMs } = query
  const toMs = endMs + (selector.extension === 'smoothed' ? lookbackMs : 0)
  const all = query.series(selector)
  query.work(all.length)
  return all.flatMap((stored) => {
    const window = stored.window(startMs - lookbackMs + 1, toMs)
    if (window === undefined) return []
    query.spend(window.to - window.from)
    return [{ labels: stored.labels, window }]
  })
}

/** What lies between the samples before and after a time; the last one holds on. */
export function selectSmoothed(query: Query, selector: VectorSelector, atMs: number): Value {
  const ms = shiftedMs(selector, atMs, query)
  const elements = windowsAround(query, selector, { startMs: ms, endMs: ms }).flatMap(
    ({ labels, window }): Element[] => {
      const { times, values, to, origin } = window
      const i = lastUpTo(window, ms)
      const sampledAtMs = times[i] ?? 0
      if (sampledAtMs > ms) return []
      const isBetween = sampledAtMs < ms && i + 1 < to
      const value = isBetween ? straight(window, i, ms) : (values[i] ?? 0)
      return [{ labels, value, sampledAtMs, origin }]
    },
  )
  return vectorOf(elements)
}
