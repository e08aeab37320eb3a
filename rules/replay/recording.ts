/** What rules leave behind, as series: what a recording rule records, and the alerts of others. */
import { type Labels, labelsKey } from '#lib/labels'
import type { RecordRule } from '../rule.ts'
import { countOf, gridWithin, indexAt, timeAt } from './grid.ts'
import type { Life } from './lives.ts'
import type { MadeSample, MadeSeries } from './made.ts'
import type { Part } from './world.ts'

export interface Recorder {
  /** Parts in the order of time. */
  take(part: Part): void
  /** The last reason for which an evaluation failed. */
  failure(): string | undefined
}

export interface RecorderOptions {
  readonly rule: RecordRule
  readonly limit: number
  readonly isCovered: (atMs: number) => boolean
  readonly series: MadeSeries
}

/** A failed evaluation records nothing and ends nothing. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { rule, limit, isCovered, series } = options
  let failure: string | undefined
  const append = (atMs: number, samples: readonly MadeSample[]) => {
    const reason = isCovered(atMs) ? faultIn(samples, limit) : undefined
    failure = reason ?? failure
    if (reason === undefined && isCovered(atMs)) series.append(rule.id, atMs, samples)
  }
  return {
    failure: () => failure,
    take(part) {
      if ('reason' in part) failure = part.reason
      else
        for (const [index, samples] of samplesByStep(part, rule).entries())
          append(timeAt(part.grid, index), samples)
    },
  }
}

function samplesByStep(
  { grid, curves }: Extract<Part, { curves: unknown }>,
  rule: RecordRule,
): readonly (readonly MadeSample[])[] {
  const steps: MadeSample[][] = Array.from({ length: countOf(grid) }, () => [])
  for (const { labels, points } of curves) {
    const made = recordedLabels(labels, rule)
    const key = labelsKey(made)
    for (const [atMs, value] of points)
      steps[indexAt(grid, atMs)]?.push({ labels: made, key, value })
  }
  return steps
}

function recordedLabels({ __name__: _, ...labels }: Labels, rule: RecordRule): Labels {
  const all = Object.entries({ ...labels, ...rule.labels, __name__: rule.name })
  return Object.fromEntries(all.filter(([, value]) => value !== ''))
}

function faultIn(samples: readonly MadeSample[], limit: number): string | undefined {
  if (new Set(samples.map(({ key }) => key)).size < samples.length)
    return 'two elements have the same labels once the rule has added its own'
  if (limit === 0 || samples.length <= limit) return undefined
  return `${samples.length} series are over the limit of ${limit} of the group`
}

interface Sampled {
  readonly intervalMs: number
  readonly fromMs: number
  readonly toMs: number
}

/** `ALERTS` and `ALERTS_FOR_STATE` of these lives, as rules would have appended them. */
export function appendAlerts(series: MadeSeries, lives: readonly Life[], sampled: Sampled): void {
  const { intervalMs: stepMs, toMs } = sampled
  for (const life of [...lives].sort((a, b) => a.beganMs - b.beganMs)) {
    const { beganMs, firedMs = Number.POSITIVE_INFINITY, endedMs } = life
    const maker = `${labelsKey(life.labels)} ${beganMs}`
    const since = { ...life.labels, __name__: 'ALERTS_FOR_STATE' }
    const window = { fromMs: beganMs, toMs: endedMs === undefined ? toMs : endedMs - 1 }
    const grid = gridWithin(window, { stepMs, phaseMs: beganMs % stepMs })
    for (let index = 0; index < countOf(grid); index++) {
      const atMs = timeAt(grid, index)
      const alertstate = atMs >= firedMs ? 'firing' : 'pending'
      series.append(maker, atMs, [
        { labels: { ...life.labels, __name__: 'ALERTS', alertstate }, value: 1 },
        { labels: since, value: Math.floor(beganMs / 1000) },
      ])
    }
    if (endedMs !== undefined) series.append(maker, endedMs, [])
  }
}
