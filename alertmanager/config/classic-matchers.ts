/** The classic grammar: names of letters, digits, `_` and `:`; values as they come. */
import { unescapeValue } from '#lib/labels'
import type { MatchOperator } from '#lib/matcher'
import { goSpace } from './go-space.ts'
import type { Triple } from './utf8-matchers.ts'

/** Throws a SyntaxError in the words of upstream's parser. */
export function parseClassic(text: string): readonly Triple[] {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '')
  const parts = splitOutsideQuotes(inner)
  // Space around the last one is any of Unicode's; around the others it is ASCII's.
  const last = withoutEnd((parts.pop() ?? '').replace(spaceBefore, ''), anySpace)
  return (last === '' ? parts : [...parts, last]).map(parseClassicOne)
}

const spaceBefore = new RegExp(`^[${goSpace}]+`, 'u')
const anySpace = new RegExp(`[${goSpace}]`, 'u')
const asciiSpace = /[\t\n\f\r ]/

/** What follows the operator is the value. The space here is Go's \\s, which is less than ours. */
const head = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*/

/** One matcher without braces. */
export function parseClassicOne(text: string): Triple {
  const [found, name, operator] = head.exec(text) ?? []
  if (found === undefined || name === undefined)
    throw new SyntaxError(`bad matcher format: ${text}`)
  // The shape admits these four operators only.
  return [
    name,
    operator as MatchOperator,
    readValue(withoutEnd(text.slice(found.length), asciiSpace)),
  ]
}

/** Without the space at its end, in one pass. */
function withoutEnd(text: string, space: RegExp): string {
  let end = text.length
  while (end > 0 && space.test(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  let escaped = false
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (letter === ',') {
      // As upstream has it, a comma leaves an escape before it open.
      if (quoted) continue
      parts.push(text.slice(start, i))
      start = i + 1
    } else if (letter === '"') {
      if (!escaped) quoted = !quoted
      escaped = false
    } else escaped = letter === '\\' && !escaped
  }
  return [...parts, text.slice(start)]
}

const quotedValue = /^"((?:[^"\\]|\\[\s\S])*)"$/
const bareValue = /^(?:[^"\\]|\\[\s\S])*\\?$/

function readValue(raw: string): string {
  if (!raw.isWellFormed()) throw new SyntaxError(`matcher value not valid UTF-8: ${raw}`)
  const body = raw.startsWith('"') ? quotedValue.exec(raw)?.[1] : bareValue.exec(raw)?.[0]
  if (body === undefined)
    throw new SyntaxError(`matcher value contains unescaped double quote: ${raw}`)
  return unescapeValue(body)
}
