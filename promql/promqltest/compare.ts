/** Whether an answer is what a case expects; where it is not, in which way. */
import { formatLabels, type Labels } from '#lib/labels'
import type { Annotation } from '../annotations.ts'
import { compareLabels, noLabels, signatureOf } from '../label-set.ts'
import { formatFloat } from '../literals.ts'
import type { Curve, Point } from '../run.ts'
import { isAlmostBy } from '../statistics.ts'
import type { Value } from '../values.ts'
import type { Bounds, Demand, Expectation } from './expectation.ts'
import type { Noted } from './notation.ts'

/** As upstream's own runner has it. */
const tolerance = 1e-6

const isAlmost = (a: number, b: number) => isAlmostBy(tolerance, a, b)

/** Undefined: all is as expected. */
export function faultOfValue(expectation: Expectation, value: Value): string | undefined {
  if (expectation.text !== undefined && value.type !== 'string')
    return `expected a string, got a ${value.type}`
  switch (value.type) {
    case 'string': {
      const wanted = expectation.text
      return wanted === value.value ? undefined : `expected string ${wanted}, got ${value.value}`
    }
    case 'scalar':
      return scalarFault(expectation, value.value)
    case 'vector': {
      const lines = value.elements.map((element) => ({
        labels: element.labels,
        points: [[0, element.value]] as const,
      }))
      return linesFault(expectation, lines, { startMs: 0, endMs: 0, stepMs: 1 })
    }
    case 'matrix': {
      const { bounds } = expectation
      if (bounds === undefined) return 'got a range vector'
      const curves = value.series.map(({ labels, window: { times, values, from, to } }) => ({
        labels,
        points: [...times.subarray(from, to)].map(
          (atMs, i): Point => [atMs, values[from + i] ?? Number.NaN],
        ),
      }))
      return curvesFault(expectation, curves, bounds)
    }
  }
}

function scalarFault({ scalar }: Expectation, value: number): string | undefined {
  if (scalar === undefined) return `got the scalar ${formatFloat(value)}`
  return isAlmost(scalar, value)
    ? undefined
    : `expected scalar ${formatFloat(scalar)}, got ${formatFloat(value)}`
}

/** Of a range, whose series stand in the order of their labels. */
export function curvesFault(
  expectation: Expectation,
  curves: readonly Curve[],
  bounds: Bounds,
): string | undefined {
  if (expectation.isOrdered) return 'an order is expected of a range'
  const misplaced = curves.findIndex(
    ({ labels }, i) => i > 0 && compareLabels(curves[i - 1]?.labels ?? noLabels, labels) > 0,
  )
  if (misplaced > 0) return `${nameOf(curves[misplaced]?.labels ?? noLabels)} is out of order`
  return linesFault(expectation, curves, bounds)
}

function linesFault(
  { series, isOrdered, scalar }: Expectation,
  curves: readonly Curve[],
  bounds: Bounds,
): string | undefined {
  if (scalar !== undefined) return `expected the scalar ${formatFloat(scalar)}, got series`
  const expected = new Map(series.map((one) => [signatureOf(one.labels), one]))
  for (const [i, { labels, points }] of curves.entries()) {
    const wanted = expected.get(signatureOf(labels))
    const found = `${formatLabels(labels)} ${shown(points)}`
    if (wanted === undefined) return `unexpected ${found}`
    if (isOrdered && wanted !== series[i]) return `${found} stands in place ${i + 1}`
    if (wanted.values.length > stepsIn(bounds)) return `${found} has too few steps`
    const fault = pointsFault(pointsOf(wanted.values, bounds), points)
    if (fault !== undefined) return `${formatLabels(labels)}: ${fault}; got ${shown(points)}`
    expected.delete(signatureOf(labels))
  }
  const [missing] = expected.values()
  return missing === undefined ? undefined : `missing ${nameOf(missing.labels)}`
}

const nameOf = (labels: Labels) => formatLabels(labels ?? noLabels)
const shown = (points: readonly Point[]) =>
  points.map(([atMs, value]) => `${formatFloat(value)}@${atMs / 1000}`).join(' ')

const stepsIn = ({ startMs, endMs, stepMs }: Bounds) => Math.floor((endMs - startMs) / stepMs) + 1

function pointsOf(values: readonly Noted[], { startMs, stepMs }: Bounds): Point[] {
  return values.flatMap((value, i): Point[] =>
    typeof value === 'number' ? [[startMs + i * stepMs, value]] : [],
  )
}

function pointsFault(expected: readonly Point[], found: readonly Point[]): string | undefined {
  if (expected.length !== found.length) return `expected ${expected.length} values`
  for (const [i, [atMs, value]] of expected.entries()) {
    const [foundMs = Number.NaN, foundValue = Number.NaN] = found[i] ?? []
    if (atMs !== foundMs) return `expected a value at ${atMs / 1000}`
    if (!isAlmost(value, foundValue)) return `expected ${formatFloat(value)} at ${atMs / 1000}`
  }
  return undefined
}

export function annotationFault(
  { warnings, infos, noWarning, noInfo }: Expectation,
  annotations: readonly Annotation[],
): string | undefined {
  const texts = (level: Annotation['level']) =>
    annotations.filter((one) => one.level === level).map(({ text }) => text)
  return (
    demandsFault('warning', warnings, texts('warning')) ??
    demandsFault('info', infos, texts('info')) ??
    (noWarning ? unwanted(texts('warning')) : undefined) ??
    (noInfo ? unwanted(texts('info')) : undefined)
  )
}

const unwanted = ([text]: readonly string[]) =>
  text === undefined ? undefined : `unexpected annotation: ${text}`

function demandsFault(what: string, demands: readonly Demand[], found: readonly string[]) {
  if (demands.length === 0) return undefined
  const unmet = demands.find((demand) => !found.some((text) => demand.holdsFor(text)))
  if (unmet !== undefined) return `expected the ${what} "${unmet.wanted}"`
  return unwanted(found.filter((text) => !demands.some((demand) => demand.holdsFor(text))))
}
