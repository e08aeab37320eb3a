/** The samples in memory: what each target exposed, as series, for as long as retention says. */
import type { ScrapedSample } from '#api/sample'
import type { Labels } from '#lib/labels'
import type { Metrics } from '#lib/metrics'
import { createCatalogue } from './catalogue.ts'
import { labelSet, nameLabel, noLabels } from '../label-set.ts'
import { createOrigins } from './origins.ts'
import type { Series } from './series.ts'
import type { SeriesSource } from '../source.ts'

export interface SamplesOptions {
  readonly metrics: Metrics
  readonly retentionMs: number
  readonly seriesMax: number
}

/** Whose samples these are. Its labels go onto each of them. */
export interface Target {
  readonly name: string
  readonly labels?: Labels
  /** Where a sample has one of the target's labels itself, it keeps its own (`honor_labels`). */
  readonly honorLabels?: boolean
}

export interface Appended {
  readonly appended: number
  readonly refused: Readonly<Record<Refusal, number>>
}

export type Refusal = 'out-of-order' | 'duplicate' | 'series-limit'

export interface Samples extends SeriesSource {
  /**
   * Takes in everything that a target exposed at `atMs`. A series that the target exposed the time
   * before and does not now gets a stale marker: it is over, not merely quiet.
   */
  append(target: Target, samples: Iterable<ScrapedSample>, atMs: number): Appended
  labelNames(): string[]
  labelValues(name: string): string[]
  readonly seriesCount: number
}

/** A series as a target names it; the generation says when it was last exposed. */
interface Exposed {
  readonly series: Series
  generation: number
}

interface Exposure {
  generation: number
  readonly series: Map<string, Exposed>
}

export function createSamples({ metrics, retentionMs, seriesMax }: SamplesOptions): Samples {
  const origins = createOrigins()
  const catalogue = createCatalogue({ origins, seriesMax })
  const exposures = new Map<string, Exposure>()
  const measured = measuresOf(metrics)
  let sweptMs = Number.NEGATIVE_INFINITY

  const exposureOf = ({ name }: Target): Exposure => {
    const exposure = exposures.get(name) ?? { generation: 0, series: new Map() }
    exposures.set(name, exposure)
    exposure.generation++
    return exposure
  }

  const take = (exposed: Exposed | undefined, sample: ScrapedSample, atMs: number) => {
    if (exposed === undefined) return 'series-limit'
    const originId = origins.idOf(sample.origin, atMs)
    return exposed.series.append({ atMs, value: sample.value, originId }, atMs - retentionMs)
  }

  /** Now and then, for it looks at everything. */
  const sweep = (nowMs: number) => {
    if (nowMs - sweptMs < retentionMs / 8) return
    sweptMs = nowMs
    catalogue.dropBefore(nowMs - retentionMs)
    origins.dropBefore(nowMs - retentionMs)
    for (const [name, { series }] of exposures) {
      for (const [key, exposed] of series) if (exposed.series.sampleCount === 0) series.delete(key)
      if (series.size === 0) exposures.delete(name)
    }
  }

  return {
    append(target, samples, atMs) {
      sweep(atMs)
      const exposure = exposureOf(target)
      const count = { appended: 0, repeated: 0, 'out-of-order': 0, duplicate: 0, 'series-limit': 0 }
      for (const sample of samples) {
        const exposed = exposedIn(exposure, sample, () =>
          catalogue.seriesOf(labelsOf(target, sample)),
        )
        count[take(exposed, sample, atMs)]++
      }
      markGone(exposure, atMs, atMs - retentionMs)
      const { appended, repeated, ...refused } = count
      measured({ appended, refused }, catalogue.size)
      return { appended, refused }
    },
    select: catalogue.select,
    labelNames: catalogue.names,
    labelValues: catalogue.values,
    get seriesCount() {
      return catalogue.size
    },
  }
}

/** The series of a sample; only what the target did not expose before is looked up by labels. */
function exposedIn(
  exposure: Exposure,
  sample: ScrapedSample,
  lookUp: () => Series | undefined,
): Exposed | undefined {
  const { generation } = exposure
  const key = rawKey(sample)
  const known = exposure.series.get(key)
  if (known !== undefined) {
    known.generation = generation
    return known
  }
  const series = lookUp()
  if (series === undefined) return undefined
  const exposed = { series, generation }
  exposure.series.set(key, exposed)
  return exposed
}

function markGone(exposure: Exposure, atMs: number, expiredMs: number): void {
  for (const [key, { series, generation }] of exposure.series) {
    if (generation === exposure.generation) continue
    exposure.series.delete(key)
    if (series.newestMs < atMs) series.markStale(atMs, expiredMs)
  }
}

/** What tells two samples of one target apart, cheaply: the order of labels is a target's habit. */
function rawKey({ name, labels }: ScrapedSample): string {
  let key = name
  for (const label in labels) key += `\ud800${label}\ud800${labels[label]}`
  return key
}

function labelsOf({ labels = noLabels, honorLabels }: Target, sample: ScrapedSample): Labels {
  const own = Object.entries(sample.labels)
  const names = new Set(own.map(([name]) => name))
  const of = Object.entries(labels)
  const named: [string, string] = [nameLabel, sample.name]
  if (honorLabels) return labelSet([...of.filter(([name]) => !names.has(name)), ...own, named])
  const taken = new Set([...of, ...own].map(([name]) => name))
  const moved = own.map(([name, value]): [string, string] =>
    Object.hasOwn(labels, name) ? [exportedName(name, taken), value] : [name, value],
  )
  return labelSet([...moved, ...of, named])
}

/** Prometheus puts `exported_` before a label that the target has too, until no other has it. */
function exportedName(name: string, taken: ReadonlySet<string>): string {
  const exported = `exported_${name}`
  return taken.has(exported) ? exportedName(exported, taken) : exported
}

function measuresOf(metrics: Metrics) {
  const series = metrics.gauge('zstone_promql_series', 'Series in memory.')
  const samples = metrics.counter('zstone_promql_samples_total', 'Samples taken in.')
  const refused = metrics.counter(
    'zstone_promql_samples_refused_total',
    'Samples not taken in: out of order, a second value for one time, or over the series limit.',
    ['reason'],
  )
  for (const reason of ['out-of-order', 'duplicate', 'series-limit']) refused.inc({ reason }, 0)
  return (outcome: Appended, seriesCount: number) => {
    series.set(seriesCount)
    samples.inc(outcome.appended)
    for (const [reason, count] of Object.entries(outcome.refused))
      if (count > 0) refused.inc({ reason }, count)
  }
}
