/** What a function's body gets, and the forms that most bodies take. */
import type { Labels } from '#lib/labels'
import type { Call } from '../expression.ts'
import type { Query } from '../query.ts'
import { mixesNames, refuseMerged } from '../twins.ts'
import {
  type Element,
  type MatrixValue,
  type RangeSeries,
  type Value,
  vectorOf,
  type Window,
} from '../values.ts'

export interface CallSite {
  readonly call: Call
  /** The time that the call is evaluated for. */
  readonly atMs: number
  readonly query: Query
}

export type FunctionBody = (args: readonly Value[], site: CallSite) => Value

/** What a function over the samples of one series knows. */
export interface RangeSite extends CallSite {
  /** The bounds of the range; both belong to it. */
  readonly startMs: number
  readonly endMs: number
  /** The scalar arguments in their order. */
  readonly scalars: readonly number[]
}

/** Undefined: too few samples to say. */
export type OverRange = (window: Window, site: RangeSite, labels: Labels) => number | undefined

/** One value for each series of the range; the metric name goes, for it is another quantity. */
export function overRange(reduce: OverRange): FunctionBody {
  return overSeries(reduce, ({ query }, element, value) => query.dialect.renamed(element, value))
}

/** The same for what stays the same quantity. */
export function overRangeKeepingName(reduce: OverRange): FunctionBody {
  return overSeries(reduce, (_, element, value) => ({ ...element, value }))
}

function overSeries(
  reduce: OverRange,
  made: (site: CallSite, element: Element, value: number) => Element,
): FunctionBody {
  return (args, site) => {
    const { series, startMs, endMs } = matrixIn(args)
    const rangeSite = { ...site, startMs, endMs, scalars: scalarsIn(args) }
    const [results, sources]: [Element[], RangeSeries[]] = [[], []]
    for (const one of series) {
      const { labels, window, losesName = false } = one
      const value = reduce(window, rangeSite, labels)
      if (value === undefined) continue
      const { sampledAtMs, origin } = window
      results.push(made(site, { labels, value, sampledAtMs, origin, losesName }, value))
      sources.push(one)
    }
    const { call, query } = site
    if (query.dialect.keepsApart.has('ranges') && mixesNames(call))
      refuseMerged(query.makers(call), results, sources)
    return vectorOf(results)
  }
}

/** Each element's value changed; the metric name goes. */
export function perElement(
  change: (value: number, scalars: readonly number[]) => number,
): FunctionBody {
  return (args, { call, query: { dialect } }) => {
    const elements = elementsIn(args)
    const scalars = scalarsIn(args)
    const results = elements.map((element) =>
      dialect.renamed(element, change(element.value, scalars)),
    )
    if (mixesNames(call)) dialect.refuseTwins(results)
    return vectorOf(results)
  }
}

export function elementsIn(args: readonly Value[]): readonly Element[] {
  return args.find((arg) => arg.type === 'vector')?.elements ?? []
}

export function scalarsIn(args: readonly Value[]): number[] {
  return args.filter((arg) => arg.type === 'scalar').map(({ value }) => value)
}

export function textsIn(args: readonly Value[]): string[] {
  return args.filter((arg) => arg.type === 'string').map(({ value }) => value)
}

export function matrixIn(args: readonly Value[]): MatrixValue {
  const matrix = args.find((arg) => arg.type === 'matrix')
  if (matrix === undefined) throw new Error('An unchecked call: no range vector among arguments')
  return matrix
}

export const first = ({ values, from }: Window) => values[from] ?? Number.NaN
export const last = ({ values, to }: Window) => values[to - 1] ?? Number.NaN
export const firstMs = ({ times, from }: Window) => times[from] ?? Number.NaN
export const lastMs = ({ times, to }: Window) => times[to - 1] ?? Number.NaN
