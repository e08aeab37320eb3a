/** What is measured with: the devices of a cluster, whose figures move on. */
import { formatLabels, type Labels } from '#lib/labels'
import { type Random, seededRandom } from '#lib/random'
import { encodeLabels } from '../remote-write/encode.conformance.ts'
import { createSeriesWriter } from './series-writer.ts'

export const intervalMs = 15_000
const devicesPerNode = 50

type Curve = (value: number, random: Random) => number

/** Twenty metrics a device, as disks have them: counters, gauges, states, what never changes. */
export const metrics: readonly (readonly [name: string, curve: Curve])[] = [
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
  /** Moves all series on by one interval; gives what their exporter shows then. */
  exposition(): Buffer
}

export function createWorkload(nodes: number): Workload {
  const random = seededRandom(11)
  const devices = Array.from({ length: nodes * devicesPerNode }, (_, i) => i)
  // By families, as they are exposed.
  const all = metrics.flatMap(([name, curve]) =>
    devices.map((device) => ({ name, labels: labelsOf(device), curve })),
  )
  const values = Float64Array.from(all, () => Math.floor(random.fraction() * 1000))
  const moveOn = (i: number, curve: Curve) => {
    const value = curve(values[i] ?? 0, random)
    values[i] = value
    return value
  }
  const encoded = all.map(({ name, labels }) => encodeLabels({ __name__: name, ...labels }))
  const texts = all.map(({ name, labels }) => `${name}${formatLabels(labels)} `)
  return {
    seriesCount: all.length,
    *requests(fromMs, count) {
      const writer = createSeriesWriter()
      for (const [i, { curve }] of all.entries()) {
        writer.series(encoded[i] ?? Buffer.alloc(0), count)
        for (let n = 0; n < count; n++) writer.sample(fromMs + n * intervalMs, moveOn(i, curve))
        if (writer.isFull()) yield writer.take()
      }
      yield writer.take()
    },
    exposition() {
      const lines: string[] = []
      for (const [i, { name, curve }] of all.entries()) {
        if (i % devices.length === 0) {
          const type = name.endsWith('_total') ? 'counter' : 'gauge'
          lines.push(`# HELP ${name} Of one device.\n# TYPE ${name} ${type}\n`)
        }
        lines.push(`${texts[i]}${moveOn(i, curve)}\n`)
      }
      return Buffer.from(lines.join(''))
    },
  }
}

function labelsOf(device: number): Labels {
  const node = Math.floor(device / devicesPerNode)
  return {
    job: 'zstone',
    cluster: 'main',
    instance: `node-${node}`,
    rack: `rack-${node % 10}`,
    device: `sd${device % devicesPerNode}`,
    model: `MODEL${device % 7}`,
  }
}
