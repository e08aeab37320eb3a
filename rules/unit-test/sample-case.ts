/** Whether an expression gives the samples that a case expects. */
import { formatDuration } from '#lib/duration'
import { messageOf } from '#lib/errors'
import { sprintf } from '#template'
import { createReadings } from '../insufficient.ts'
import { compareLabels } from './order.ts'
import type { ExpressionCase, NotedSample } from './test-file.ts'
import { type Broken, broken, type SampleVerdict, type ShownSample } from './verdict.ts'
import type { Bench, UnitTestWorld } from './world.ts'

export interface SampleJudging {
  readonly bench: Bench
  readonly world: Pick<UnitTestWorld, 'readMetric'>
  /** The neighbour of a number counts as the number. */
  readonly isFuzzy: boolean
}

export async function judgeSamples(
  one: ExpressionCase,
  { bench, world, isFuzzy }: SampleJudging,
): Promise<SampleVerdict | Broken> {
  const { expr, atMs } = one
  try {
    const readings = createReadings()
    const elements = await bench.evaluate(expr, atMs, readings.watch)
    const found = sorted(elements.map(({ labels, value }) => ({ labels, value })))
    const expected = sorted(one.expected.map((sample) => readSample(sample, world)))
    const isAsExpected = areAlike(expected, found, isFuzzy)
    const lacks = readings.lacks(expr) ?? []
    const why = isAsExpected ? [] : whySamples(expected, found, lacks)
    return { kind: 'samples', isAsExpected, expr, atMs, expected, found, why }
  } catch (error) {
    const place = `    expr: ${sprintf('%q', [expr])}, time: ${formatDuration(atMs)}`
    return broken(`${place}, err: ${messageOf(error)}`)
  }
}

function readSample(
  { metric, value, histogram }: NotedSample,
  { readMetric }: SampleJudging['world'],
): ShownSample {
  try {
    if (histogram !== '') throw new Error('native histograms are not supported')
    return { labels: readMetric(metric), value }
  } catch (error) {
    throw new Error(`labels ${sprintf('%q', [metric])}: ${messageOf(error)}`)
  }
}

const sorted = (samples: readonly ShownSample[]) =>
  samples.toSorted((a, b) => compareLabels(a.labels, b.labels))

const areAlike = (
  expected: readonly ShownSample[],
  found: readonly ShownSample[],
  isFuzzy: boolean,
) =>
  expected.length === found.length &&
  expected.every((sample, i) => isSame(sample, found[i], isFuzzy))

/** NaN is not even itself here: so has promtool it, and a test that expects NaN never holds. */
function isSame(a: ShownSample, b: ShownSample | undefined, isFuzzy: boolean): boolean {
  if (b === undefined || compareLabels(a.labels, b.labels) !== 0) return false
  return a.value === b.value || (isFuzzy && isNeighbour(a.value, b.value))
}

/** There is no number between the two. */
function isNeighbour(a: number, b: number): boolean {
  const [left, right] = [ordinal(a), ordinal(b)]
  const difference = left - right
  return !Number.isNaN(a) && !Number.isNaN(b) && difference >= -1n && difference <= 1n
}

/** Where a number stands among all numbers: those next to each other differ by one. */
function ordinal(value: number): bigint {
  const [bits = 0n] = new BigInt64Array(Float64Array.of(value).buffer)
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits
}

/** What is not there to read, or what reads alike, or nearly so, and is not. */
function whySamples(
  expected: readonly ShownSample[],
  found: readonly ShownSample[],
  lacks: readonly string[],
): readonly string[] {
  if (found.length === 0) return lacks.map((selector) => `nothing is there of ${selector}`)
  if (expected.some(({ value }) => Number.isNaN(value)))
    return ['NaN equals nothing, not even NaN: expect what a comparison makes of it']
  return areAlike(expected, found, true)
    ? ['they differ in the last bit: fuzzy_compare: true takes that as equal']
    : []
}
