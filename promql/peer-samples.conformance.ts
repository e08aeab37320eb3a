/** Seeded samples with everything that makes evaluation hard, for ours and for its peer alike. */

import type { Sample } from '#api/sample'
import { quoteGo } from '#lib/go-text'
import { sortedPairs } from '#lib/labels'
import { type Random, seededRandom } from '#lib/random'
import type { Samples } from './store/samples.ts'

export const startMs = 1_700_000_000_000
export const endMs = startMs + 3_600_000
const intervalMs = 15_000

export interface TimedSample extends Sample {
  readonly atMs: number
}

type Curve = (step: number, random: Random) => number | undefined

interface Template {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly at: Curve
}

const nodes = ['a1', 'a2', 'b1', 'b2']

export function peerSamples(seed: number): TimedSample[] {
  const random = seededRandom(seed)
  return templates(random).flatMap(({ name, labels, at }) => {
    const samples: TimedSample[] = []
    for (let step = 0; startMs + step * intervalMs <= endMs; step++) {
      const value = at(step, random)
      const jitterMs = name.startsWith('jittery') ? Math.floor(random.fraction() * 9_000) : 0
      if (value !== undefined)
        samples.push({ name, labels, value, atMs: startMs + step * intervalMs + jitterMs })
    }
    return samples
  })
}

function templates(random: Random): Template[] {
  return nodes.flatMap((instance, i) => {
    const rack = instance[0] ?? ''
    const node = { instance, rack }
    return [
      ...['200', '500'].flatMap((code) =>
        ['get', 'put'].map((verb) => ({
          name: 'requests_total',
          labels: { ...node, code, verb },
          at: counter({ resetEvery: 50 + i * 17, gapEvery: i === 1 ? 40 : 0 }),
        })),
      ),
      ...['sda', 'sdb', 'sdc'].flatMap((disk, d) => [
        { name: 'temperature', labels: { ...node, disk }, at: walk(30 + i + d, 2) },
        {
          name: 'bytes_free',
          labels: { ...node, disk },
          at: (n: number) => 1e12 - n * (i + d) * 1e8,
        },
        { name: 'bytes_size', labels: { ...node, disk }, at: () => 1e12 },
      ]),
      ...histogramOf(node, random),
      { name: 'node_info', labels: { ...node, model: `m${i % 2}`, version: '1.2' }, at: () => 1 },
      { name: 'up', labels: { ...node, job: 'zstone' }, at: (n: number) => (n % 90 < 80 ? 1 : 0) },
      { name: 'jittery', labels: node, at: walk(0, 5) },
      { name: 'jittery_total', labels: node, at: counter({ resetEvery: 70, gapEvery: 33 }) },
      { name: 'boot_seconds', labels: node, at: () => 1.6e9 + i * 86_400 * 40.3 },
      ...odd(node, i),
    ]
  })
}

function odd(node: Record<string, string>, i: number): Template[] {
  const special = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e300,
    2e-300,
  ]
  return [
    { name: 'special', labels: node, at: (n) => special[(n + i * 7) % 19] ?? n - 60 },
    { name: 'negative', labels: node, at: (n) => -n * (i + 1) },
    { name: 'flat', labels: node, at: () => i },
    { name: 'sparse', labels: node, at: (n) => (n % 23 === i ? n : undefined) },
    { name: 'late', labels: node, at: (n) => (n > 200 ? n : undefined) },
    { name: 'early', labels: node, at: (n) => (n < 60 ? n + 0.1 : undefined) },
    { name: 'single', labels: node, at: (n) => (n === 120 + i ? 3.5 : undefined) },
    { name: 'flapping', labels: node, at: (n) => Math.floor(n / (3 + i)) % 2 },
  ]
}

function counter({ resetEvery, gapEvery }: { resetEvery: number; gapEvery: number }): Curve {
  let count = 0
  return (step, random) => {
    count = step % resetEvery === 0 ? 0 : count + Math.floor(random.fraction() * 40)
    return gapEvery > 0 && step % gapEvery < 8 ? undefined : count
  }
}

function walk(start: number, most: number): Curve {
  let value = start
  return (_, random) => {
    value += (random.fraction() - 0.5) * most
    return value
  }
}

function histogramOf(node: Record<string, string>, random: Random): Template[] {
  const counts = new Map<number, number[]>()
  const bounds = ['0.01', '0.1', '0.5', '1', '+Inf']
  const at = (bucket: number) => (step: number) => {
    const known = counts.get(step) ?? (counts.get(step - 1) ?? [0, 0, 0, 0, 0]).slice()
    if (!counts.has(step)) {
      const hit = Math.floor(random.fraction() * 5)
      for (let i = hit; i < 5; i++) known[i] = (known[i] ?? 0) + 1 + (step % 3)
      counts.set(step, known)
    }
    return known[bucket]
  }
  return bounds.map((le, i) => ({ name: 'latency_bucket', labels: { ...node, le }, at: at(i) }))
}

export function openMetricsOf(samples: readonly TimedSample[]): string {
  const byName = Map.groupBy(samples, ({ name }) => name)
  const lines = [...byName.values()].flat().map(({ name, labels, value, atMs }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${quoteGo(text)}`)
    return `${name}{${pairs.join(',')}} ${goFloat(value)} ${atMs / 1000}`
  })
  return `${lines.join('\n')}\n# EOF\n`
}

function goFloat(value: number): string {
  if (Object.is(value, -0)) return '-0'
  return String(value).replace('Infinity', 'Inf')
}

/**
 * Every series is a target of its own, for their samples are not taken at the same times. They come
 * in the order of their labels, in which Prometheus reads its blocks.
 */
export function fill(store: Pick<Samples, 'append'>, samples: readonly TimedSample[]): void {
  const bySeries = Map.groupBy(samples, ({ name, labels }) =>
    JSON.stringify(sortedPairs({ ...labels, __name__: name })),
  )
  for (const [name, series] of [...bySeries].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const sample of series) store.append({ name }, [sample], sample.atMs)
}
