/** What is measured with: the devices of a cluster, and the rules that watch them. */
import { type Random, seededRandom } from '#lib/random'
import { compressSnappy } from '#lib/snappy'
import { encodeLabels } from '../remote-write/encode.conformance.ts'

export const intervalMs = 15_000
const devicesPerNode = 50

type Curve = (value: number, random: Random) => number

/** Twenty metrics a device, as disks have them: counters, gauges, states, what never changes. */
const metrics: readonly (readonly [name: string, curve: Curve])[] = [
  ['disk_reads_total', (v, r) => v + Math.floor(r.fraction() * 900)],
  ['disk_writes_total', (v, r) => v + Math.floor(r.fraction() * 1500)],
  ['disk_read_bytes_total', (v, r) => v + 4096 * Math.floor(r.fraction() * 9000)],
  ['disk_written_bytes_total', (v, r) => v + 4096 * Math.floor(r.fraction() * 15_000)],
  ['disk_busy_seconds_total', (v, r) => v + Math.round(r.fraction() * 15_000) / 1000],
  ['disk_queue_seconds_total', (v, r) => v + r.fraction() * 3],
  ['disk_errors_total', (v, r) => v + (r.fraction() < 0.001 ? 1 : 0)],
  ['disk_retries_total', (v, r) => v + (r.fraction() < 0.01 ? 1 : 0)],
  ['disk_latency_seconds', (_, r) => 0.001 + r.fraction() / 100],
  ['disk_queue_length', (_, r) => Math.floor(r.fraction() * 32)],
  ['disk_used_bytes', (v, r) => v + 1_048_576 * Math.floor(r.fraction() * 40)],
  ['disk_size_bytes', () => 8e12],
  ['disk_temperature_celsius', (v, r) => bounded(v + Math.floor(r.fraction() * 3) - 1, 25, 60)],
  ['disk_wear_ratio', (v, r) => v + (r.fraction() < 0.0005 ? 0.001 : 0)],
  ['disk_spare_ratio', () => 1],
  ['disk_healthy', (_, r) => (r.fraction() < 0.0001 ? 0 : 1)],
  ['disk_power_on_hours', (v, r) => v + (r.fraction() < 1 / 240 ? 1 : 0)],
  ['disk_scrub_errors', () => 0],
  ['disk_reallocated_sectors', (v, r) => v + (r.fraction() < 0.0002 ? 8 : 0)],
  ['disk_link_speed', () => 6e9],
]

const bounded = (value: number, least: number, most: number) =>
  Math.min(most, Math.max(least, value))

export interface Workload {
  readonly seriesCount: number
  /** Moves all series on by `count` intervals; gives requests that hold the samples of these. */
  requests(fromMs: number, count: number): Generator<Buffer>
}

export function createWorkload(nodes: number): Workload {
  const random = seededRandom(11)
  const all = Array.from({ length: nodes * devicesPerNode }, (_, i) => i).flatMap((device) =>
    metrics.map(([name, curve]) => ({ labels: labelsOf(name, device), curve })),
  )
  const values = Float64Array.from(all, () => Math.floor(random.fraction() * 1000))
  return {
    seriesCount: all.length,
    *requests(fromMs, count) {
      const writer = createSeriesWriter()
      for (const [i, { labels, curve }] of all.entries()) {
        writer.series(labels, count)
        for (let n = 0; n < count; n++) {
          const value = curve(values[i] ?? 0, random)
          values[i] = value
          writer.sample(fromMs + n * intervalMs, value)
        }
        if (writer.isFull()) yield writer.take()
      }
      yield writer.take()
    },
  }
}

function labelsOf(name: string, device: number): Buffer {
  const node = Math.floor(device / devicesPerNode)
  return encodeLabels({
    __name__: name,
    job: 'zstone',
    cluster: 'main',
    instance: `node-${node}`,
    rack: `rack-${node % 10}`,
    device: `sd${device % devicesPerNode}`,
    model: `MODEL${device % 7}`,
  })
}

const sampleBytes = 16
const requestBytes = 2 * 1024 * 1024

/** Straight into one buffer: the sender must not take the time of what it measures. */
function createSeriesWriter() {
  const buffer = Buffer.alloc(2 * requestBytes)
  let to = 0
  const varint = (value: number) => {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) buffer[to++] = (rest % 128) | 128
    buffer[to++] = rest
  }
  return {
    isFull: () => to > requestBytes,
    series(labels: Buffer, samples: number) {
      buffer[to++] = 0x0a
      varint(labels.length + samples * (2 + sampleBytes))
      to += labels.copy(buffer, to)
    },
    sample(atMs: number, value: number) {
      buffer[to++] = 0x12
      buffer[to++] = sampleBytes
      buffer[to++] = 0x09
      to = buffer.writeDoubleLE(value, to)
      buffer[to++] = 0x10
      varint(atMs)
    },
    take() {
      const body = Buffer.from(compressSnappy(buffer.subarray(0, to)))
      to = 0
      return body
    },
  }
}

const names = metrics.map(([name]) => name)
const counters = names.filter((name) => name.endsWith('_total'))
const gauges = names.filter((name) => !name.endsWith('_total'))

/** Expressions as rules for storage use them, in the proportions that were counted of real ones. */
function expressionAt(i: number): string {
  const counter = counters[i % counters.length] ?? ''
  const gauge = gauges[i % gauges.length] ?? ''
  const kinds = [
    `${gauge} > 9e15`,
    `rate(${counter}[5m]) > 1e12`,
    `${gauge} == -1`,
    `sum by (instance) (rate(${counter}[5m])) > 1e12`,
    `${gauge}{device=~"sd1.*",rack!="rack-3"} < -1`,
    `increase(${counter}[10m]) > 1e15`,
    `disk_used_bytes / disk_size_bytes > 0.9`,
    `max_over_time(${gauge}[10m]) > 9e15`,
    `count by (rack) (${gauge} > 9e15) > 3`,
    `${gauge} > on (instance) group_left () (avg by (instance) (${gauge}) + 9e15)`,
  ]
  if (i % 20 === 19) return 'predict_linear(disk_used_bytes[30m], 86400) > 8e13'
  return kinds[i % kinds.length] ?? ''
}

/** Ten to a group, one of ten of them recording. */
export function rulesText(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => (i % 10 === 9 ? record(i) : alert(i)))
  const groups = Array.from({ length: Math.ceil(count / 10) }, (_, g) => {
    const own = rules.slice(10 * g, 10 * g + 10).join('\n')
    return `- name: group${g}\n  interval: 15s\n  rules:\n${own}`
  })
  return `groups:\n${groups.join('\n')}\n`
}

/** What a rule or a panel asks, one of each kind that rules use most. */
export const queries = [
  'disk_temperature_celsius > 59',
  'sum by (instance) (rate(disk_reads_total[5m]))',
  'rate(disk_errors_total[5m]) > 0.01',
  'disk_used_bytes / disk_size_bytes > 0.9',
  'predict_linear(disk_used_bytes[30m], 86400) > 8e13',
  'disk_latency_seconds{instance=~"node-1.*",rack!="rack-3"} > 0.0109',
  'topk(5, max_over_time(disk_temperature_celsius[10m]))',
  'count by (rack) (disk_healthy == 0)',
] as const

function record(i: number): string {
  const name = counters[Math.floor(i / 10) % counters.length]
  const expression = `sum by (instance) (rate(${name}[5m]))`
  return `  - record: instance:recorded_${i}:rate5m\n    expr: '${expression}'`
}

const alert = (i: number) => `  - alert: Alert${i}
    for: 1m
    expr: '${expressionAt(i)}'
    labels: { severity: warning }
    annotations: { summary: '{{ $labels.instance }} is {{ $value }}' }`
