/** What differs between our collectors and another exporter, of the metrics that both have. */
import type { MetricFamily } from '#api/sample'
import { seriesOf } from './series.ts'

/** What the other exposes: value by series, type by metric. */
export interface Exposition {
  readonly values: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, string>
}

export interface Differences {
  /** Series of ours that it has not, of metrics that it has. */
  readonly onlyOurs: readonly string[]
  /** Series of its that we have not, of metrics that we have. */
  readonly onlyTheirs: readonly string[]
  readonly otherType: readonly string[]
  /** `series: ours, theirs`. */
  readonly otherValue: readonly string[]
}

/** `isNear` says which values pass for equal; default: the same to 12 digits. */
export function differences(
  ours: readonly MetricFamily[],
  theirs: Exposition,
  isNear: (series: string, our: number, their: number) => boolean = isEqual,
): Differences {
  const series = seriesOf(ours)
  const both = ours.filter(({ name }) => theirs.types.has(name))
  const names = new Set(both.map(({ name }) => name))
  const ofBoth = (one: string) => names.has(one.replace(/\{.*/s, ''))
  const our = Object.keys(series).filter(ofBoth)
  const ourOf = (one: string) => series[one] ?? Number.NaN
  const theirOf = (one: string) => theirs.values.get(one) ?? Number.NaN
  return {
    onlyOurs: our.filter((one) => !theirs.values.has(one)),
    onlyTheirs: [...theirs.values.keys()].filter((one) => ofBoth(one) && !(one in series)),
    otherType: both
      .filter(({ name, type }) => theirs.types.get(name) !== type)
      .map(({ name, type }) => `${name}: ${type}, ${theirs.types.get(name)}`),
    otherValue: our
      .filter((one) => theirs.values.has(one) && !isNear(one, ourOf(one), theirOf(one)))
      .map((one) => `${one}: ${ourOf(one)}, ${theirOf(one)}`),
  }
}

export const none: Differences = { onlyOurs: [], onlyTheirs: [], otherType: [], otherValue: [] }

const isEqual = (_: string, our: number, their: number) =>
  our === their || Math.abs(our - their) <= 1e-12 * Math.abs(their)
