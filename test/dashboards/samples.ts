/**
 * What a month of an invented node and some minutes of a real cluster leave in a store: the samples
 * that every panel has to answer on.
 */
import type { Sample } from '#api/sample'
import { systemClock } from '#lib/clock'
import type { Labels } from '#lib/labels'
import { createInventedNode } from './invented-node.ts'
import { liveCluster, type Reading } from './lived-cluster.ts'

export interface Moment {
  readonly atMs: number
  readonly samples: readonly Sample[]
}

const tickMs = 15_000
const dayMs = 86_400_000
/** The first was there for a month, the second came lately. */
const [elder, younger] = ['r1-n1', 'r2-n1'] as const
const days = 31
const ticks = 9

/** In order of time. The last is now, when the real cluster has ended. */
export async function livedMoments(): Promise<readonly Moment[]> {
  const readings = await liveCluster()
  const endMs = Math.floor(systemClock.nowMs() / 1000) * 1000
  const startMs = endMs - days * dayMs
  const moments: Moment[] = readings.map((reading, i) => ({
    atMs: endMs - (readings.length - 1 - i) * tickMs,
    samples: [...samplesOf(reading)],
  }))
  for (const [name, times] of [
    [elder, [...daily(startMs), ...latest(endMs)]],
    [younger, latest(endMs)],
  ] as const) {
    const node = await createInventedNode(name, startMs)
    const labels = { job: 'zstone', instance: name }
    for (const atMs of times) {
      const families = await node.collectAt(atMs)
      const samples = families.flatMap((family) => family.samples)
      moments.push({ atMs, samples: samples.map((one) => labelled(one, labels)) })
    }
    await node.close()
  }
  return merged(moments)
}

const daily = (startMs: number) => Array.from({ length: days }, (_, i) => startMs + i * dayMs)
const latest = (endMs: number) =>
  Array.from({ length: ticks }, (_, i) => endMs - (ticks - 1 - i) * tickMs)

const labelled = (sample: Sample, labels: Labels): Sample => ({
  ...sample,
  labels: { ...sample.labels, ...labels, cluster: 'demo' },
})

function* samplesOf({ pushed, own, alerts }: Reading): Generator<Sample> {
  // The invented nodes say themselves what they are made of.
  const invented = new Set<string>([elder, younger])
  for (const sample of parsed(pushed)) {
    const isOfEngine = /^(zstone_(engine|agent)_|push_)/.test(sample.name)
    if (isOfEngine || !invented.has(sample.labels['instance'] ?? '')) yield labelled(sample, {})
  }
  for (const sample of parsed(own))
    yield labelled(sample, { job: 'zstone-server', instance: 'zstone-server' })
  for (const { metric, value } of alerts) {
    const { __name__: name = '', ...labels } = metric
    yield labelled({ name, labels, value }, {})
  }
}

/** Text format 0.0.4. */
function* parsed(text: string): Generator<Sample> {
  for (const [, name = '', inner = '', value = ''] of text.matchAll(
    /^(\w+)(?:\{(.*)\})? (\S+)$/gm,
  )) {
    const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = '', quoted = '']) => [label, JSON.parse(`"${quoted}"`)] as const,
    )
    yield { name, labels: Object.fromEntries(pairs), value: numberOf(value) }
  }
}

const numberOf = (text: string) => Number(text.replace(/Inf$/, 'Infinity'))

/** One moment a time. */
function merged(moments: readonly Moment[]): readonly Moment[] {
  return [...Map.groupBy(moments, ({ atMs }) => atMs)]
    .sort(([a], [b]) => a - b)
    .map(([atMs, at]) => ({ atMs, samples: at.flatMap(({ samples }) => samples) }))
}
