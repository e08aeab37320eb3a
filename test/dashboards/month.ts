/** A month of a bad day's cluster, from a minute that was real: what the pictures are drawn of. */
import type { Sample } from '#api/sample'
import { labelsKey } from '#lib/labels'
import { courseOf } from './bad-day.ts'
import { healed } from './heal.ts'
import type { Moment } from './moment.ts'
import { type Course, type Stroke, seriesOf } from './paint.ts'

export interface Painted {
  readonly name: string
  readonly labels: Sample['labels']
  readonly course: Course
  /** Drawn over weeks: it has samples of then. */
  readonly isOld: boolean
}

const [model, hosts] = ['r1-n1', ['r1-n1', 'r1-n2', 'r2-n1', 'r2-n2', 'r3-n1', 'r3-n2']]
/** The one whose hardware complains. */
const broken = 'r2-n2'
const pools = ['gold', 'silver', 'archive']
/** Hardware is of the model, the rest each host has of its own. */
const ofEachHost = /^(zstone_(engine|agent)_|push_)/
const overWeeks = new RegExp(
  '^(node_filesystem_|smartctl_device(_bytes_written|_percentage_used|$)|zstone_device_wear|' +
    'zstone_engine_(data_disk_(used|size)|pool_(bytes|objects)))',
)

/** A bad day, or a calm one by its strokes. */
export function paint(
  moments: readonly Moment[],
  calm: readonly Stroke[] = [],
): readonly Painted[] {
  const ill = calm.length === 0 ? broken : undefined
  const last = moments.at(-1)
  if (last === undefined) return []
  const rates = ratesOf(moments)
  return last.samples
    .flatMap((sample) => spread(sample, ill))
    .map((sample) => {
      const rate = rates.get(keyOf(unspread(sample))) ?? 0
      const course = courseOf(seriesOf(sample, rate), last.atMs / 1000, calm)
      return {
        name: sample.name,
        labels: sample.labels,
        course,
        isOld: overWeeks.test(sample.name),
      }
    })
}

/** One host becomes six, one pool three; what rules make is made anew. */
function spread(sample: Sample, ill: string | undefined): readonly Sample[] {
  const { name, labels } = sample
  const { instance = '', pool } = labels
  if (/^(ALERTS|ceph_|zstone_ceph_|slo:)/.test(name)) return []
  if (instance === 'vm')
    return [sample].flatMap((one) =>
      pool === undefined ? one : pools.map((name) => withLabels(one, { pool: name })),
    )
  if (ofEachHost.test(name) || !hosts.includes(instance)) return [sample]
  if (instance !== model) return []
  return hosts.map((host) => renamed(host === ill ? sample : healed(sample), host))
}

function unspread(sample: Sample): Sample {
  const { instance = '', pool } = sample.labels
  const isOfModel = hosts.includes(instance) && !ofEachHost.test(sample.name)
  const one = isOfModel ? renamed(sample, model, instance) : sample
  return pool === undefined ? one : withLabels(one, { pool: pools[0] ?? '' })
}

const withLabels = (sample: Sample, more: Sample['labels']): Sample => ({
  ...sample,
  labels: { ...sample.labels, ...more },
})

function renamed(sample: Sample, to: string, from = model): Sample {
  const pairs = Object.entries(sample.labels).map(([name, value]) => [
    name,
    value.replace(from, to),
  ])
  return { ...sample, labels: Object.fromEntries(pairs) }
}

const keyOf = ({ name, labels }: Sample) => name + labelsKey(labels)

function ratesOf(moments: readonly Moment[]): ReadonlyMap<string, number> {
  const last = moments.at(-1)
  const first = moments.at(-8)
  if (first === undefined || last === undefined) return new Map()
  const before = new Map(first.samples.map((sample) => [keyOf(sample), sample.value]))
  const seconds = (last.atMs - first.atMs) / 1000
  return new Map(
    last.samples.map((sample) => {
      const key = keyOf(sample)
      return [key, (sample.value - (before.get(key) ?? sample.value)) / seconds]
    }),
  )
}

/** Seconds before now: every half minute of three hours, every five minutes of a day or a month. */
export function* ticks(): Generator<{ readonly second: number; readonly isOld: boolean }> {
  const [month, day, recent] = [-31 * 86_400, -86_400, -3 * 3600]
  for (let second = month; second < day; second += 300) yield { second, isOld: true }
  for (let second = day; second < recent; second += 240) yield { second, isOld: false }
  for (let second = recent; second <= 0; second += 30) yield { second, isOld: false }
}
