/** Series for metrics, so that what rules pair up meets, mostly. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Random } from '#lib/random'
import { below, chance, pick } from './chance.ts'
import { examplesOf } from './examples.ts'
import type { Metric } from './metrics-in.ts'

/** How many of a metric are enough; each selector finds one at least. */
const seriesEnough = 15

const buckets = ['0.1', '1', '10', '+Inf']

export interface InventedSeries {
  readonly metric: Metric
  readonly labels: Labels
}

export function inventSeries(
  metrics: readonly Metric[],
  random: Random,
): readonly InventedSeries[] {
  // Where things share a label, what pairs one with one cannot be told: of that, too, a few.
  const mixing = chance(random, 0.4) ? 0.1 : 0
  const thingsMax = pick(random, [2, 3, 3, 5])
  const world = { known: valuesIn(metrics), random, mixing, thingsMax }
  return metrics.flatMap((metric) =>
    labelSetsOf(metric, world).map((labels) => ({ metric, labels })),
  )
}

function labelSetsOf(metric: Metric, world: World): readonly Labels[] {
  const { random, thingsMax } = world
  const selections = [...metric.selections.values()]
  const count = Math.max(1, Math.min(thingsMax, Math.floor(seriesEnough / selections.length)))
  const things = selections.flatMap((matchers) =>
    Array.from({ length: count }, (_, thing) => ({ thing, matchers })),
  )
  if (chance(random, 0.3)) things.push({ thing: 1, matchers: [] })
  const sets = things.flatMap((thing) => withBuckets(metric, labelsOf(metric, thing, world)))
  const kept = sets.filter(() => chance(random, 0.9))
  const distinct = new Map(kept.map((labels) => [JSON.stringify(labels), labels]))
  return [...distinct.values()]
}

/** The values that some selector asks for, by label. */
function valuesIn(metrics: readonly Metric[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const { selections } of metrics)
    for (const matcher of [...selections.values()].flat())
      values.set(matcher.name, [...(values.get(matcher.name) ?? []), ...examplesOf(matcher)])
  return values
}

interface World {
  readonly known: ReadonlyMap<string, readonly string[]>
  readonly random: Random
  /** How often a label is another thing's. */
  readonly mixing: number
  readonly thingsMax: number
}

interface Thing {
  /** Series about the same thing have the same values, whatever the metric. */
  readonly thing: number
  readonly matchers: readonly Matcher[]
}

function labelsOf({ labels }: Metric, { thing, matchers }: Thing, world: World): Labels {
  const { known, random, mixing, thingsMax } = world
  const made: Record<string, string> = {}
  for (const name of [...labels].sort()) {
    const own = matchers.filter((matcher) => matcher.name === name)
    const of = chance(random, mixing) ? below(random, thingsMax) : thing
    const invented = [of, of + 1].map((i) => `${name}-${i}`)
    const others = chance(random, mixing) ? (known.get(name) ?? []) : []
    const asked = rotated(own.flatMap(examplesOf), of)
    const candidates = [...rotated(others, of), ...invented, ...asked, '']
    const value = candidates.find((text) => own.every(({ matches }) => matches({ [name]: text })))
    if (value !== undefined && value !== '') made[name] = value
  }
  return made
}

/** Of several values that will do, things have different ones. */
const rotated = (values: readonly string[], by: number) =>
  values.map((_, i) => values[(i + by) % values.length] ?? '')

function withBuckets({ uses, labels }: Metric, own: Labels): readonly Labels[] {
  if (!uses.has('bucket') && !labels.has('le')) return [own]
  return buckets.map((le) => ({ ...own, le }))
}
