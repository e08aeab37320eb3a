/**
 * What OpenMetrics says as families of the text format: as Prometheus's own client libraries write
 * the one where the other is wanted. Counters are called `…_total`, infos `…_info`; both states and
 * gauge histograms lose their type; what text has no place for becomes a gauge of its own.
 */
import type { MetricType } from '#api/sample'
import { parseGoFloat } from '#lib/go-number'
import { quoteGo } from '#lib/go-text'
import type { WireWriter } from '#lib/wire-writer'
import type { LabelPair, ParsedFamily, ParsedMetric } from '../text/family.ts'
import { encodeValue, isWhole, writeCount, writeValue } from './encode-metric.ts'
import { type Exemplar, isTime, writeExemplar, writeTimestamp } from './exemplar.ts'
import * as tags from './schema.ts'

interface Form {
  /** What samples of the type are called, behind the name of their family. */
  readonly suffixes: readonly string[]
  readonly becomes: MetricType
  /** The label of a sample that is one of several of its metric. */
  readonly point?: string
}

const forms = {
  counter: { suffixes: ['_total', '_created'], becomes: 'counter' },
  gauge: { suffixes: [''], becomes: 'gauge' },
  gaugehistogram: { suffixes: ['_bucket', '_gcount', '_gsum'], becomes: 'histogram', point: 'le' },
  histogram: {
    suffixes: ['_bucket', '_count', '_sum', '_created'],
    becomes: 'histogram',
    point: 'le',
  },
  info: { suffixes: ['_info'], becomes: 'gauge' },
  stateset: { suffixes: [''], becomes: 'gauge' },
  summary: {
    suffixes: ['', '_count', '_sum', '_created'],
    becomes: 'summary',
    point: 'quantile',
  },
  unknown: { suffixes: [''], becomes: 'untyped' },
} as const satisfies Record<string, Form>

export type OpenType = keyof typeof forms

export function isOpenType(text: string): text is OpenType {
  return Object.hasOwn(forms, text)
}

const formOf = ({ type = 'unknown' }: Draft): Form => forms[type]

export interface Draft {
  readonly name: string
  type: OpenType | undefined
  help: string | undefined
  /** By their labels. */
  readonly metrics: Map<string, DraftMetric>
}

interface DraftMetric {
  readonly labels: readonly LabelPair[]
  /** By suffix, but for the points. */
  readonly values: Map<string, number>
  /** By their bound or quantile. */
  readonly points: Map<number, Point>
  exemplar: Exemplar | undefined
}

interface Point {
  readonly at: number
  readonly value: number
  readonly exemplar: Exemplar | undefined
}

export interface OpenSample {
  readonly name: string
  readonly labels: readonly LabelPair[]
  readonly value: number
  readonly exemplar: Exemplar | undefined
}

export function draftOf(drafts: Map<string, Draft>, name: string): Draft {
  const known = drafts.get(name)
  if (known !== undefined) return known
  const draft: Draft = { name, type: undefined, help: undefined, metrics: new Map() }
  drafts.set(name, draft)
  return draft
}

/** Puts a sample into its family; returns why it cannot. */
export function addSample(drafts: Map<string, Draft>, sample: OpenSample): string | undefined {
  const { draft, suffix } = roleOf(drafts, sample.name)
  const form = formOf(draft)
  if (!form.suffixes.includes(suffix))
    return `invalid name ${quoteGo(sample.name)} for a sample of type ${draft.type}`
  const isPoint = form.point !== undefined && ['', '_bucket'].includes(suffix)
  if (sample.exemplar !== undefined && suffix !== '_total' && suffix !== '_bucket')
    return `unexpected exemplar of ${quoteGo(sample.name)}`
  const why = valueFault(draft, suffix, sample.value)
  if (why !== undefined) return why
  const metric = metricOf(draft, labelsOf(sample, isPoint ? form.point : undefined))
  if (isPoint) return addPoint(metric, sample, form.point ?? '')
  if (metric.values.has(suffix)) return `duplicate sample of ${quoteGo(sample.name)}`
  metric.values.set(suffix, sample.value)
  metric.exemplar ??= sample.exemplar
  return undefined
}

function valueFault({ type }: Draft, suffix: string, value: number): string | undefined {
  if (type === 'info' && value !== 1) return 'an info must have the value 1'
  if (type === 'stateset' && value !== 0 && value !== 1) return 'a state must be 0 or 1'
  const isCount = suffix === '_count' || suffix === '_gcount' || suffix === '_bucket'
  if (isCount && !(value >= 0 && value < Infinity)) return `${suffix} must not be negative or NaN`
  if (type === 'summary' && isCount && !isWhole(value)) return `${suffix} must be a whole number`
  return suffix === '_created' && !isTime(value) ? '_created must be a Unix time' : undefined
}

function roleOf(drafts: Map<string, Draft>, name: string): { draft: Draft; suffix: string } {
  const known = drafts.get(name)
  if (known !== undefined) return { draft: known, suffix: '' }
  const suffix = name.slice(Math.max(0, name.lastIndexOf('_')))
  const owner = drafts.get(name.slice(0, -suffix.length))
  if (owner !== undefined && formOf(owner).suffixes.includes(suffix))
    return { draft: owner, suffix }
  return { draft: draftOf(drafts, name), suffix: '' }
}

const labelsOf = ({ labels }: OpenSample, point: string | undefined) =>
  point === undefined ? labels : labels.filter(([name]) => name !== point)

function metricOf({ metrics }: Draft, labels: readonly LabelPair[]): DraftMetric {
  const key = JSON.stringify(labels)
  const known = metrics.get(key)
  if (known !== undefined) return known
  const metric = { labels, values: new Map(), points: new Map(), exemplar: undefined }
  metrics.set(key, metric)
  return metric
}

function addPoint({ points }: DraftMetric, sample: OpenSample, label: string): string | undefined {
  const text = sample.labels.find(([name]) => name === label)?.[1]
  const at = text === undefined ? undefined : parseGoFloat(text)
  if (at === undefined) return `expected float as value for '${label}' label`
  if (points.has(at)) return `duplicate sample of ${quoteGo(sample.name)}`
  points.set(at, { at, value: sample.value, exemplar: sample.exemplar })
  return undefined
}

export function familiesOf(drafts: Iterable<Draft>): readonly ParsedFamily[] {
  return [...drafts].flatMap((draft) => {
    const { becomes: type } = formOf(draft)
    const [suffix = ''] = formOf(draft).suffixes
    const isCompound = type === 'histogram' || type === 'summary'
    const metrics = [...draft.metrics.values()].filter(({ values, points }) =>
      isCompound ? points.size > 0 || values.size > 0 : values.has(suffix),
    )
    const name = isCompound ? draft.name : `${draft.name}${suffix}`
    const main: ParsedFamily = {
      name,
      type,
      help: draft.help,
      metrics: metrics.map((metric) => metricIn(draft, metric)),
    }
    return [main, ...['_created', '_gcount', '_gsum'].map((own) => gaugeOf(draft, own))].filter(
      (family) => family.metrics.length > 0,
    )
  })
}

/** What text has no place for within the family. */
function gaugeOf({ name, help, metrics }: Draft, suffix: string): ParsedFamily {
  const gauges = [...metrics.values()].flatMap(({ labels, values }) => {
    const value = values.get(suffix)
    return value === undefined ? [] : [{ labels, value, count: 0, sum: 0, points: [] }]
  })
  return { name: `${name}${suffix}`, type: 'gauge', help, metrics: gauges }
}

function metricIn(draft: Draft, drafted: DraftMetric): ParsedMetric {
  const { labels, values, exemplar } = drafted
  const { becomes: type, suffixes } = formOf(draft)
  const points = [...drafted.points.values()]
  const last = drafted.points.get(Infinity)?.value ?? 0
  const metric: ParsedMetric = {
    labels,
    value: type === 'histogram' || type === 'summary' ? 0 : (values.get(suffixes[0] ?? '') ?? 0),
    count: values.get('_count') ?? values.get('_gcount') ?? (type === 'histogram' ? last : 0),
    sum: values.get('_sum') ?? values.get('_gsum') ?? 0,
    points: points.map(({ at, value }): [number, number] => [at, value]),
  }
  const created = values.get('_created')
  const hasExemplars = exemplar !== undefined || points.some((point) => point.exemplar)
  if (created === undefined && !hasExemplars) return metric
  const write = (to: WireWriter) => writeAll(to, type, { metric, points, exemplar, created })
  return { ...metric, proto: encodeValue(type, write) }
}

interface Whole {
  readonly metric: ParsedMetric
  readonly points: readonly Point[]
  readonly exemplar: Exemplar | undefined
  readonly created: number | undefined
}

const createdTags = {
  counter: tags.scalar.created,
  histogram: tags.histogram.created,
  summary: tags.summary.created,
} as const satisfies Partial<Record<MetricType, number>>

function writeAll(to: WireWriter, type: MetricType, whole: Whole): void {
  const { metric, points, exemplar, created } = whole
  writeValue(to, type, type === 'histogram' ? { ...metric, points: [] } : metric)
  if (type === 'histogram')
    for (const point of points) to.nested(tags.histogram.bucket, () => writeBucket(to, point))
  if (exemplar !== undefined) to.nested(tags.scalar.exemplar, () => writeExemplar(to, exemplar))
  if (created !== undefined && (type === 'counter' || type === 'histogram' || type === 'summary'))
    to.nested(createdTags[type], () => writeTimestamp(to, created))
}

function writeBucket(to: WireWriter, { at, value, exemplar }: Point): void {
  writeCount(to, tags.bucket, value)
  to.varint(tags.bucket.upperBound)
  to.double(at)
  if (exemplar !== undefined) to.nested(tags.bucket.exemplar, () => writeExemplar(to, exemplar))
}
