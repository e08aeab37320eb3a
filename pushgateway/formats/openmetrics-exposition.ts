/** `/metrics` in OpenMetrics 1.0: the stored lines, with its names of types and its numbers. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseGoFloat } from '#lib/go-number'
import { escapeValue } from '#lib/labels'
import { type FamilyHead, formatPairs, isPlainName } from '../text/family.ts'
import { formatValue } from '../text/value-text.ts'
import type { Exemplar } from './exemplar.ts'
import { type Exemplars, exemplarsOf } from './message-exemplars.ts'
import type { NamedFamily, Piece } from './named-families.ts'

const chunkLetters = 256 * 1024

export async function* openMetricsExposition(
  families: AsyncIterable<NamedFamily>,
): AsyncGenerator<string> {
  const all: NamedFamily[] = []
  for await (const family of families) all.push(family)
  // A counter gives up `_total` only where nobody has the name without it.
  const names = new Set(all.map(({ head }) => head.name))
  let text = ''
  for (const family of all) {
    text += renderHead(family.head, names)
    for (const piece of family.pieces()) {
      text += renderPiece(family.head, piece)
      piece.release?.()
      if (text.length < chunkLetters) continue
      yield text
      text = ''
      await nextTurn()
    }
  }
  yield `${text}# EOF\n`
}

function renderHead({ name, type, help }: FamilyHead, names: ReadonlySet<string>): string {
  const short = name.replace(/_total$/, '')
  const isCounter = type === 'counter' && short !== name && !names.has(short)
  const shown = isCounter ? short : name
  const written = isPlainName(shown) ? shown : `"${escapeValue(shown)}"`
  const isKnown = type !== 'untyped' && (type !== 'counter' || isCounter)
  const about = help === undefined ? '' : `# HELP ${written} ${escapeValue(help)}\n`
  return `${about}# TYPE ${written} ${isKnown ? type : 'unknown'}\n`
}

function renderPiece(head: FamilyHead, piece: Piece): string {
  let text = ''
  for (let i = 0; i < piece.metricCount; i++) {
    const message = piece.messageOf?.(i)
    const exemplars = message && exemplarsOf(message)
    const lines = piece.bytes.toString('utf8', piece.startOf(i), piece.startOf(i + 1) - 1)
    for (const line of lines.split('\n')) text += renderLine(head, line, exemplars)
  }
  return text
}

function renderLine({ name, type }: FamilyHead, line: string, exemplars?: Exemplars): string {
  const gap = line.lastIndexOf(' ')
  const value = line.slice(gap + 1)
  if (type !== 'histogram' && type !== 'summary')
    return `${line.slice(0, gap)} ${asFloat(value)}${exemplarText(exemplars?.counter)}\n`
  const suffix = suffixOf(name, line)
  const [, before = line.slice(0, gap), label = '', point] =
    /^(.*[{,](le|quantile)=")([^"]*)"\} \S+$/s.exec(suffix.startsWith('_sum') ? '' : line) ?? []
  const shown = suffix.startsWith('_count') || label === 'le' ? asWhole(value) : asFloat(value)
  if (point === undefined || suffix.startsWith('_count')) return `${line.slice(0, gap)} ${shown}\n`
  const exemplar = exemplars?.buckets.get(parseGoFloat(point) ?? Number.NaN)
  return `${before}${asFloat(point)}"} ${shown}${exemplarText(exemplar)}\n`
}

/** What follows the name of the family. */
function suffixOf(name: string, line: string): string {
  return line.startsWith('{') ? line.slice(2 + escapeValue(name).length) : line.slice(name.length)
}

/** A float shows that it is one. */
function asFloat(text: string): string {
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** Counts have no exponent. */
function asWhole(text: string): string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? String(value) : text
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return ''
  const { labels, value, seconds } = exemplar
  const at = seconds === undefined ? '' : ` ${asFloat(formatValue(seconds))}`
  return ` # {${formatPairs(labels)}} ${asFloat(formatValue(value))}${at}`
}
