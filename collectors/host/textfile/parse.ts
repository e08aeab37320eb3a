/** The text format 0.0.4, as strict as its own parser: one wrong line refuses the whole text. */

import type { MetricFamily, MetricType, Sample } from '#api/sample'
import { messageOf } from '#lib/errors'
import { parseGoFloat } from '#lib/go-number'
import { type Labels, unescapeValue } from '#lib/labels'

const types: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'])
const isType = (word: string): word is MetricType => types.has(word)

interface Draft {
  readonly name: string
  type: MetricType
  help: string
  readonly samples: Sample[]
}

/** `help` is that of metrics which have none. Throws with the number of the line that is wrong. */
export function parseText(text: string, help: string): readonly MetricFamily[] {
  const drafts = new Map<string, Draft>()
  const draftOf = (name: string): Draft => {
    const draft = drafts.get(name) ?? { name, type: 'untyped', help, samples: [] }
    drafts.set(name, draft)
    return draft
  }
  for (const [i, line] of text.split('\n').entries()) {
    try {
      addLine(line.trim(), draftOf, drafts)
    } catch (error) {
      throw new Error(`line ${i + 1}: ${messageOf(error)}`)
    }
  }
  return [...drafts.values()].filter(({ samples }) => samples.length > 0)
}

type DraftOf = (name: string) => Draft

function addLine(line: string, draftOf: DraftOf, drafts: ReadonlyMap<string, Draft>): void {
  if (line.startsWith('#')) addComment(line, draftOf)
  else if (line !== '') {
    const sample = parseSample(line)
    draftOf(familyOf(sample.name, drafts)).samples.push(sample)
  }
}

/** `x_count` is a part of `x`, where that is a summary or a histogram. */
function familyOf(name: string, drafts: ReadonlyMap<string, Draft>): string {
  const [, stem = '', suffix] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? []
  const type = drafts.get(stem)?.type
  const isPart = type === 'histogram' || (type === 'summary' && suffix !== 'bucket')
  return isPart ? stem : name
}

function addComment(line: string, draftOf: DraftOf): void {
  const [, word, name = '', rest = ''] = /^#\s+(HELP|TYPE)\s+(\S+)\s*(.*)$/.exec(line) ?? []
  if (word === undefined) return // A comment for people.
  if (!/^[a-zA-Z_:][\w:]*$/.test(name)) throw new Error(`"${name}" is no name of a metric`)
  const draft = draftOf(name)
  if (word === 'HELP') draft.help = unescapedHelp(rest)
  else if (!isType(rest)) throw new Error(`"${rest}" is no type`)
  else if (draft.samples.length > 0) throw new Error(`the type of ${name} comes after its samples`)
  else draft.type = rest
}

const samplePattern = /^([a-zA-Z_:][\w:]*)(?:\s*(\{.*\})\s*|\s+)(\S+)(\s+\S+)?$/

function parseSample(line: string): Sample {
  const [, name, labels, value = '', timestamp] = samplePattern.exec(line) ?? []
  if (name === undefined) throw new Error('it is no sample')
  // A time of its own would make a value of an hour ago look like one of now, or be refused later.
  if (timestamp !== undefined) throw new Error('a sample has a timestamp, which is not supported')
  return { name, labels: parseLabels(labels), value: numberOf(value) }
}

const labelPattern = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\[\\"n])*)"\s*(,|$)/y

function parseLabels(braced: string | undefined): Labels {
  const labels: Record<string, string> = {}
  const text = braced?.slice(1, -1).trim() ?? ''
  labelPattern.lastIndex = 0
  while (labelPattern.lastIndex < text.length) {
    const found = labelPattern.exec(text)
    if (found === null) throw new Error('its labels are not well-formed')
    const [, name = '', value = ''] = found
    if (name in labels) throw new Error(`label ${name} comes twice`)
    labels[name] = unescapeValue(value)
  }
  return labels
}

/** In a help text quotes are not escaped. */
const unescapedHelp = (text: string) =>
  text.replace(/\\([\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))

function numberOf(text: string): number {
  const value = parseGoFloat(text)
  if (value === undefined) throw new Error(`"${text}" is no number`)
  return value
}
