/** Reads the text format 0.0.4, as strict as the reader that Prometheus's own gateway uses. */
import type { MetricType } from '#api/sample'
import { parseGoFloat } from '#lib/go-number'
import { quoteGo, quoteGoLetter } from '#lib/go-text'
import {
  byName,
  isPlainName,
  type LabelPair,
  type ParsedFamily,
  type ParsedMetric,
} from './family.ts'
import { TextReader } from './text-reader.ts'

export interface ParsedText {
  readonly families: readonly ParsedFamily[]
  /** Whether any sample carries a timestamp; a pushed one must not. */
  readonly timestamped: boolean
  /** Why nothing of it can be shown, though it can be read. */
  readonly refusal?: string
}

export interface TextOptions {
  /** Whether names in quotes may have any letters. */
  readonly utf8Names: boolean
}

export function parseText(body: Buffer, { utf8Names }: TextOptions = plainNames): ParsedText {
  const reader = new TextReader(body)
  const sink: Sink = { byName: new Map(), utf8Names, last: undefined, timestamped: false }
  for (;;) {
    reader.skipBlanks()
    if (reader.atEnd()) break
    if (reader.takeLineEnd()) continue
    if (reader.take('#')) readComment(reader, sink)
    else readSample(reader, sink)
  }
  const families = [...sink.byName.values()].filter((family) => family.metrics.length > 0)
  const { timestamped, refusal } = sink
  const parsed = { families: families.map(finished), timestamped }
  return refusal === undefined ? parsed : { ...parsed, refusal }
}

const plainNames: TextOptions = { utf8Names: false }

interface Sink {
  readonly byName: Map<string, Draft>
  readonly utf8Names: boolean
  /** What the line before was about: lines of one family stand together. */
  last: { readonly name: string; readonly isPlain: boolean; readonly role: Role } | undefined
  timestamped: boolean
  refusal?: string
}

interface Draft {
  readonly name: string
  type: MetricType | undefined
  help: string | undefined
  readonly metrics: DraftMetric[]
  /** Histograms and summaries come in several lines; this finds the one a line belongs to. */
  readonly byLabels: Map<string, DraftMetric>
}

type DraftMetric = { -readonly [K in keyof ParsedMetric]: ParsedMetric[K] } & {
  points: [number, number][]
}

/** What a sample's name says: its family, and which part of a histogram or summary the line is. */
interface Role {
  readonly draft: Draft
  readonly part: 'count' | 'sum' | 'point'
}

const finished = ({ name, type = 'untyped', help, metrics }: Draft): ParsedFamily => ({
  name,
  type,
  help,
  metrics,
})

function readComment(reader: TextReader, sink: Sink): void {
  reader.skipBlanks()
  if (reader.takeLineEnd()) return
  const keyword = reader.word()
  if (keyword !== 'HELP' && keyword !== 'TYPE') {
    reader.skipLine()
    reader.takeLineEnd()
    return
  }
  reader.skipBlanks()
  if (reader.takeLineEnd()) return
  const name = metricName(reader, sink)
  if (reader.takeLineEnd()) return
  if (!reader.is(' ') && !reader.is('\t')) throw reader.error('invalid metric name in comment')
  const { draft } = roleOf(name, sink)
  reader.skipBlanks()
  if (reader.takeLineEnd()) return
  if (keyword === 'HELP') readHelp(reader, draft)
  else readType(reader, draft)
  reader.takeLineEnd()
}

function readHelp(reader: TextReader, draft: Draft): void {
  if (draft.help !== undefined)
    throw reader.error(`second HELP line for metric name ${quoteGo(draft.name)}`)
  draft.help = reader.helpText()
}

const types: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'untyped'],
])

function readType(reader: TextReader, draft: Draft): void {
  if (draft.type !== undefined)
    throw reader.error(
      `second TYPE line for metric name ${quoteGo(draft.name)}, or TYPE reported after samples`,
    )
  const given = reader.restOfLine()
  draft.type = types.get(given) ?? types.get(given.toLowerCase())
  if (draft.type === undefined) throw reader.error(`unknown metric type ${quoteGo(given)}`)
}

function readSample(reader: TextReader, sink: Sink): void {
  const braced = reader.is('{') // The name may stand inside the braces, quoted.
  let role = braced ? undefined : sampleRole(metricName(reader, sink), reader, sink)
  reader.skipBlanks()
  const labels: LabelPair[] = []
  let point = Number.NaN
  if (reader.take('{')) {
    if (role === undefined) {
      reader.skipBlanks()
      role = sampleRole(metricName(reader, sink), reader, sink)
      reader.skipBlanks()
      if (!reader.is('}') && !reader.take(',')) throw reader.error('invalid metric name')
    }
    point = readLabels(reader, { role, labels, sink })
  }
  if (role === undefined) throw reader.error('invalid metric name')
  reader.skipBlanks()
  readValue(reader, { role, labels, point, sink })
}

function metricName(reader: TextReader, { last, utf8Names }: Sink): string {
  if (last?.isPlain && reader.takeName(last.name)) return last.name
  const isQuoted = reader.is('"')
  const name = reader.name('metric')
  if (isQuoted && !utf8Names && name !== '' && !isPlainName(name))
    throw reader.error(`invalid metric name ${quoteGo(name)}`)
  return name
}

function sampleRole(name: string, reader: TextReader, sink: Sink): Role {
  if (name === '') throw reader.error('invalid metric name')
  const role = roleOf(name, sink)
  role.draft.type ??= 'untyped'
  return role
}

/** Returns the bound or quantile of the line, NaN where it has none. */
function readLabels(
  reader: TextReader,
  { role: { draft }, labels, sink }: Pick<Line, 'role' | 'labels' | 'sink'>,
): number {
  const pointLabel = pointLabelOf(draft.type)
  let point = Number.NaN
  for (;;) {
    reader.skipBlanks()
    if (reader.take('}')) return point
    const name = labelName(reader, draft, sink)
    const isPoint = name === pointLabel
    if (!isPoint && labels.some(([other]) => other === name))
      throw reader.error(`duplicate label names for metric ${quoteGo(draft.name)}`)
    reader.skipBlanks()
    const value = labelValue(reader)
    if (isPoint) point = pointOf(reader, name, value)
    else labels.push([name, value])
    reader.skipBlanks()
    if (!reader.take(',') && !reader.is('}'))
      throw reader.error(`unexpected end of label value ${quoteGo(value)}`)
  }
}

function labelValue(reader: TextReader): string {
  if (reader.take('"')) return reader.quoted('value')
  const found = quoteGoLetter(reader.current())
  throw reader.error(`expected '"' at start of label value, found ${found}`)
}

function labelName(reader: TextReader, draft: Draft, sink: Sink): string {
  const isQuoted = reader.is('"')
  const name = reader.name('label')
  if (name === '' || (isQuoted && !sink.utf8Names && !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)))
    throw reader.error(`invalid label name for metric ${quoteGo(draft.name)}`)
  reader.skipBlanks()
  if (!reader.take('='))
    throw reader.error(`expected '=' after label name, found ${quoteGoLetter(reader.current())}`)
  if (name === '__name__') throw reader.error('label name "__name__" is reserved')
  if (name.startsWith('__')) {
    const metric = `collected metric ${quoteGo(draft.name)}`
    sink.refusal ??= `${metric} has a label with an invalid name: ${name}`
  }
  return name
}

function pointOf(reader: TextReader, name: string, value: string): number {
  const point = parseGoFloat(value)
  if (point === undefined)
    throw reader.error(`expected float as value for '${name}' label, got ${quoteGo(value)}`)
  return point
}

interface Line {
  readonly role: Role
  readonly labels: LabelPair[]
  readonly point: number
  readonly sink: Sink
}

function readValue(reader: TextReader, line: Line): void {
  const word = reader.word()
  const value = parseGoFloat(word)
  if (value === undefined) throw reader.error(`expected float as value, got ${quoteGo(word)}`)
  place(reader, line, value)
  if (reader.takeLineEnd()) return
  reader.skipBlanks()
  const stamp = reader.word()
  if (!/^[+-]?\d+$/.test(stamp))
    throw reader.error(`expected integer as timestamp, got ${quoteGo(stamp)}`)
  line.sink.timestamped = true
  const rest = reader.restOfLine()
  if (rest !== '') throw reader.error(`spurious string after timestamp: ${quoteGo(rest)}`)
  reader.takeLineEnd()
}

function place(reader: TextReader, { role, labels, point }: Line, value: number): void {
  const { draft, part } = role
  labels.sort(byName)
  if (draft.type !== 'histogram' && draft.type !== 'summary') {
    draft.metrics.push({ labels, value, count: 0, sum: 0, points: [] })
    return
  }
  const metric = compound(draft, labels)
  if (part === 'sum') metric.sum = value
  else if (part === 'count') metric.count = countOf(reader, draft, value)
  else if (!Number.isNaN(point)) {
    if (draft.type === 'histogram' && value < 0)
      throw reader.error(`negative bucket population for histogram ${quoteGo(draft.name)}`)
    metric.points.push([point, value])
  }
}

function countOf(reader: TextReader, draft: Draft, value: number): number {
  if (draft.type === 'summary') return wholeCount(value)
  if (value < 0) throw reader.error(`negative count for histogram ${quoteGo(draft.name)}`)
  return value
}

function compound(draft: Draft, labels: readonly LabelPair[]): DraftMetric {
  const key = JSON.stringify(labels)
  let metric = draft.byLabels.get(key)
  if (metric === undefined) {
    metric = { labels, value: 0, count: 0, sum: 0, points: [] }
    draft.byLabels.set(key, metric)
    draft.metrics.push(metric)
  }
  return metric
}

/** A summary counts in an unsigned integer: fractions go, and what does not fit becomes 2^63. */
function wholeCount(value: number): number {
  if (Number.isNaN(value) || value >= 2 ** 64 || value < -(2 ** 63)) return 2 ** 63
  const whole = Math.trunc(value)
  return whole < 0 ? 2 ** 64 + whole : whole
}

const suffixes = [
  ['_count', 'count'],
  ['_sum', 'sum'],
  ['_bucket', 'point'],
] as const

function roleOf(name: string, sink: Sink): Role {
  if (sink.last?.name === name) return sink.last.role
  const role = newRoleOf(name, sink)
  sink.last = { name, isPlain: isPlainName(name), role }
  return role
}

function newRoleOf(name: string, { byName: drafts }: Sink): Role {
  const known = drafts.get(name)
  if (known !== undefined) return { draft: known, part: 'point' }
  const found = suffixes.find(([suffix]) => name.endsWith(suffix))
  const owner = found === undefined ? undefined : drafts.get(name.slice(0, -found[0].length))
  if (found !== undefined && owner !== undefined && takes(owner, found[0]))
    return { draft: owner, part: found[1] }
  const draft: Draft = {
    name,
    type: undefined,
    help: undefined,
    metrics: [],
    byLabels: new Map(),
  }
  drafts.set(name, draft)
  return { draft, part: 'point' }
}

function takes({ type }: Draft, suffix: string): boolean {
  return type === 'histogram' || (type === 'summary' && suffix !== '_bucket')
}

function pointLabelOf(type: MetricType | undefined): 'le' | 'quantile' | undefined {
  if (type === 'histogram') return 'le'
  return type === 'summary' ? 'quantile' : undefined
}
