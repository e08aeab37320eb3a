/**
 * Long chains of operators. The grammar's runtime gives up on some 600 in a row, so such a text is
 * read in pieces, each of which begins with a stand-in for all that is before it.
 */
import { syntaxError } from './syntax-error.ts'

/** So many operators are read at once. */
const pieceLength = 200

/** So many bear evaluation, which goes as deep as the chain is long, on a default stack. */
const lengthMax = 2000

const blank = (text: string) => ' '.repeat(text.length)
const quotedOrRemark = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g
const clause =
  /\b(?:on|ignoring|group_left|group_right)\s*\(\s*\)|\bbool\b|\bgroup_(?:left|right)\b/gi
const token = /(?:\d[\w.]*?e[-+]?\d+|[\d.]+\w*)|[a-zA-Z_:][\w:]*|[=!<>]=|\S/gi

const operators: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>', '<=', '>=', 'atan2'],
  ...['and', 'or', 'unless'],
])

/** The text where it is short; else pieces as long as it, with blanks for what is not theirs. */
export function piecesOf(source: string): string[] {
  const all = operatorsOf(source)
  const cuts = all.filter((_, i) => i > 0 && i % pieceLength === 0)
  if (cuts.length === 0) return [source]
  if (all.length > lengthMax)
    throw syntaxError(source, all[lengthMax] ?? 0, `a chain of more than ${lengthMax} operators`)
  const ends = [...cuts.slice(1), source.length]
  return [
    source.slice(0, cuts[0]),
    ...cuts.map((cut, i) => standIn(source, cut) + source.slice(cut, ends[i])),
  ]
}

/** Lines stay, so that errors stand where they stood. */
function standIn(source: string, cut: number): string {
  return cut === 1 ? '0' : `${source.slice(0, cut - 2).replace(/[^\n]/g, ' ')}0 `
}

/** Where operators with two sides stand, outside of all brackets: a sign follows no operand. */
function operatorsOf(source: string): number[] {
  const flat = outside(
    source.replace(quotedOrRemark, (text) =>
      text[0] === '#' ? blank(text) : `x${blank(text.slice(1))}`,
    ),
  )
  const found: number[] = []
  let isAfterOperand = false
  for (const { 0: text, index } of flat.replace(clause, blank).matchAll(token)) {
    const word = text.toLowerCase()
    const isOperator = operators.has(word)
    if (isOperator && isAfterOperand) found.push(index)
    isAfterOperand = !(isOperator || word === 'offset' || word === '@')
  }
  return found
}

/** The text with blanks for what stands in brackets. */
function outside(source: string): string {
  const kept: string[] = []
  let depth = 0
  for (let i = 0; i < source.length; i++) {
    const character = source[i] ?? ''
    if (')]}'.includes(character)) depth--
    kept.push(depth > 0 ? ' ' : character)
    if ('([{'.includes(character)) depth++
  }
  return kept.join('')
}
