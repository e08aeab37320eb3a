/** Reads OpenMetrics 1.0 text: its grammar. What its types become is in `openmetrics-family.ts`. */

import { parseGoFloat } from '#lib/go-number'
import { quoteGo, quoteGoLetter } from '#lib/go-text'
import { unescapeValue } from '#lib/labels'
import { byName, type LabelPair } from '../text/family.ts'
import { TextReader } from '../text/text-reader.ts'
import { type Exemplar, isTime } from './exemplar.ts'
import { isPlain } from './names.ts'
import { addSample, type Draft, draftOf, familiesOf, isOpenType } from './openmetrics-family.ts'
import type { ParsedPush } from './parsed-push.ts'

/** The labels of an exemplar may have so many letters together. */
const exemplarLettersMax = 128

interface Sink {
  readonly drafts: Map<string, Draft>
  readonly utf8Names: boolean
  timestamped: boolean
}

export function parseOpenMetrics(
  body: Buffer,
  options: { readonly utf8Names: boolean },
): ParsedPush {
  const ends = body.length === 0 || body.at(-1) === 10
  const reader = new TextReader(ends ? body : Buffer.concat([body, Buffer.from('\n')]))
  const sink: Sink = { drafts: new Map(), utf8Names: options.utf8Names, timestamped: false }
  while (!readLine(reader, sink));
  if (!reader.atEnd()) throw reader.error('unexpected text after "# EOF"')
  return { families: familiesOf(sink.drafts.values()), timestamped: sink.timestamped }
}

/** Returns whether the line was `# EOF`, which every body must end with. */
function readLine(reader: TextReader, sink: Sink): boolean {
  if (reader.atEnd()) throw reader.error('data does not end with # EOF')
  if (!reader.take('#')) {
    readSample(reader, sink)
    return false
  }
  expect(reader, ' ')
  const keyword = reader.word()
  if (keyword === 'EOF') {
    expectLineEnd(reader)
    return true
  }
  expect(reader, ' ')
  const draft = draftOf(sink.drafts, metricName(reader, sink))
  expect(reader, ' ')
  if (keyword === 'TYPE') readType(reader, draft)
  else if (keyword === 'HELP') readHelp(reader, draft)
  else if (keyword === 'UNIT') readUnit(reader, draft)
  else throw reader.error(`unknown comment ${quoteGo(keyword)}`)
  expectLineEnd(reader)
  return false
}

function readType(reader: TextReader, draft: Draft): void {
  if (draft.type !== undefined || draft.metrics.size > 0)
    throw reader.error(
      `second TYPE line for metric name ${quoteGo(draft.name)}, or TYPE reported after samples`,
    )
  const type = reader.restOfLine()
  if (!isOpenType(type)) throw reader.error(`unknown metric type ${quoteGo(type)}`)
  draft.type = type
}

function readHelp(reader: TextReader, draft: Draft): void {
  if (draft.help !== undefined)
    throw reader.error(`second HELP line for metric name ${quoteGo(draft.name)}`)
  const text = reader.restOfLine()
  if (!/^(?:[^\\]|\\[\\n"])*$/.test(text)) throw reader.error('invalid escape sequence in help')
  draft.help = unescapeValue(text)
}

/** Text has no place for units: it is looked at, and told by the name alone. */
function readUnit(reader: TextReader, { name }: Draft): void {
  const unit = reader.restOfLine()
  if (unit !== '' && !name.endsWith(`_${unit}`))
    throw reader.error(`unit ${quoteGo(unit)} is no suffix of metric ${quoteGo(name)}`)
}

function readSample(reader: TextReader, sink: Sink): void {
  const named = reader.is('{') ? undefined : metricName(reader, sink)
  const { name = named, labels } = reader.is('{')
    ? readLabels(reader, sink, named === undefined)
    : { labels: [] }
  if (name === undefined) throw reader.error('invalid metric name')
  expect(reader, ' ')
  const value = readNumber(reader, 'value')
  let exemplar: Exemplar | undefined
  if (reader.take(' ')) {
    if (!reader.is('#')) {
      readNumber(reader, 'timestamp')
      sink.timestamped = true
    }
    const follows = reader.is('#') || reader.take(' ')
    if (follows) exemplar = readExemplar(reader, sink)
  }
  const why = addSample(sink.drafts, { name, labels, value, exemplar })
  if (why !== undefined) throw reader.error(why)
  expectLineEnd(reader)
}

function readExemplar(reader: TextReader, sink: Sink): Exemplar {
  expect(reader, '#')
  expect(reader, ' ')
  if (!reader.is('{')) throw unexpected(reader, '{')
  const { labels } = readLabels(reader, sink, false)
  const letters = labels.reduce((sum, pair) => sum + [...pair.join('')].length, 0)
  if (letters > exemplarLettersMax)
    throw reader.error(`exemplar labels have more than ${exemplarLettersMax} letters`)
  expect(reader, ' ')
  const value = readNumber(reader, 'exemplar value')
  const seconds = reader.take(' ') ? readNumber(reader, 'exemplar timestamp') : undefined
  if (seconds !== undefined && !isTime(seconds)) throw reader.error('exemplar has no Unix time')
  return { labels, value, seconds }
}

interface Braces {
  readonly name?: string
  readonly labels: readonly LabelPair[]
}

/** A metric's name that must be quoted stands first in the braces. */
function readLabels(reader: TextReader, sink: Sink, expectsName: boolean): Braces {
  expect(reader, '{')
  const name = expectsName ? metricName(reader, sink) : undefined
  const labels: LabelPair[] = []
  let isFirst = name === undefined
  while (!reader.take('}')) {
    if (!isFirst) expect(reader, ',')
    isFirst = false
    labels.push(readLabel(reader, sink))
  }
  labels.sort(byName)
  const twice = labels.find(([label], i) => label === labels[i - 1]?.[0])
  if (twice !== undefined) throw reader.error(`duplicate label name ${quoteGo(twice[0])}`)
  return name === undefined ? { labels } : { name, labels }
}

function readLabel(reader: TextReader, { utf8Names }: Sink): LabelPair {
  const name = reader.name('label')
  const fits = utf8Names ? name !== '' : isPlain(name, 'label')
  if (!fits || name.startsWith('__')) throw reader.error(`invalid label name ${quoteGo(name)}`)
  expect(reader, '=')
  expect(reader, '"')
  return [name, reader.quoted('value')]
}

function metricName(reader: TextReader, { utf8Names }: Sink): string {
  const name = reader.name('metric')
  const fits = utf8Names ? name !== '' : isPlain(name, 'metric')
  if (!fits) throw reader.error(`invalid metric name ${quoteGo(name)}`)
  return name
}

function readNumber(reader: TextReader, what: string): number {
  const word = reader.word()
  const value = parseGoFloat(word)
  if (value === undefined) throw reader.error(`expected float as ${what}, got ${quoteGo(word)}`)
  return value
}

function expect(reader: TextReader, letter: string): void {
  if (!reader.take(letter)) throw unexpected(reader, letter)
}

function expectLineEnd(reader: TextReader): void {
  if (!reader.takeLineEnd()) throw unexpected(reader, '\n')
}

function unexpected(reader: TextReader, wanted: string) {
  const found = quoteGoLetter(reader.current())
  return reader.error(`expected ${quoteGoLetter(wanted)}, found ${found}`)
}
