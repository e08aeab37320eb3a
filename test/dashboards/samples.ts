/**
 * What a month of an invented node and some minutes of a real cluster leave in a store: the samples
 * that every panel has to answer on.
 */
import type { Sample } from '#api/sample'
import { systemClock } from '#lib/clock'
import type { Labels } from '#lib/labels'
import { cephSamples } from './ceph-cluster.ts'
import { createInventedNode } from './invented-node.ts'
import { liveCluster, type Reading } from './lived-cluster.ts'
import type { Moment } from './moment.ts'
import { rulesOver } from './recorded.ts'
import { storeOf } from './store.ts'

const tickMs = 15_000
const [hourMs, dayMs] = [3_600_000, 86_400_000]
/** The first was there for a month, the second came lately. */
const [elder, younger] = ['r1-n1', 'r2-n1'] as const
const days = 31
const ticks = 9

/** In order of time. The last is now, when the real cluster has ended. */
export async function livedMoments(): Promise<readonly Moment[]> {
  const readings = await liveCluster()
  const endMs = Math.floor(systemClock.nowMs() / 1000) * 1000
  // At a full hour: forecasts look at one sample an hour.
  const startMs = Math.floor((endMs - days * dayMs) / hourMs) * hourMs
  const moments: Moment[] = readings.map((reading, i) => ({
    atMs: endMs - (readings.length - 1 - i) * tickMs,
    samples: [...samplesOf(reading)],
  }))
  for (const [i, atMs] of daily(startMs).entries())
    moments.push({ atMs, samples: asItWas(moments[0], (1 + i) / (1 + days)) })
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
  const ofNodes = merged(moments)
  const all = ofNodes.map(({ atMs, samples }) => ({
    atMs,
    samples: [...samples, ...cephSamples(atMs, endMs)],
  }))
  return withRecorded(all)
}

/** With what the service levels make of it; of the last minutes, for nobody counted before. */
async function withRecorded(moments: readonly Moment[]): Promise<readonly Moment[]> {
  const promql = storeOf(moments)
  const more: Moment[] = []
  const rules = await rulesOver(promql, 'rules/slo.rules.yml', ({ atMs, samples }) => {
    more.push({ atMs, samples: samples.filter(({ name }) => !name.startsWith('ALERTS')) })
  })
  for (const { atMs } of moments.slice(-ticks)) await rules.evaluateOnce(atMs)
  await rules.close()
  await promql.close()
  return merged([...moments, ...more])
}

const daily = (startMs: number) => Array.from({ length: days }, (_, i) => startMs + i * dayMs)
const latest = (endMs: number) =>
  Array.from({ length: ticks }, (_, i) => endMs - (ticks - 1 - i) * tickMs)

/** What the engine held before anybody watched it: a share of what it held at first. */
function asItWas(first: Moment | undefined, share: number): Sample[] {
  const held = /^zstone_engine_(pool_(bytes|objects)|data_disk_used_bytes)$/
  return (first?.samples ?? []).flatMap((sample) => {
    if (/^zstone_engine_data_disk_size_bytes$/.test(sample.name)) return [sample]
    return held.test(sample.name) ? [{ ...sample, value: sample.value * share }] : []
  })
}

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
