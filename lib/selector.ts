/** A selector as text: `{job="x",instance=~"node.*"}`; the braces may be left out. */
import { createMatcher, type Matcher, type MatchOperator } from './matcher.ts'

const one = /\s*(?:([a-zA-Z_:][\w:]*)|"((?:[^"\\]|\\.)+)")\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*/
const next = new RegExp(one, 'suy')
const any = new RegExp(one, 'sug')

/** Throws a SyntaxError that shows the right form. `{}` gives no matcher, so it selects all. */
export function parseSelector(text: string): readonly Matcher[] {
  const inner = (/^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text).trim()
  const matchers: Matcher[] = []
  for (let at = 0; at < inner.length; ) {
    next.lastIndex = at
    const found = next.exec(inner)
    const end = at + (found?.[0].length ?? 0)
    if (found === null || (end < inner.length && inner[end] !== ',')) throw unreadable(text)
    matchers.push(matcherOf(found))
    at = end + 1
  }
  return matchers
}

/**
 * The matchers that stand somewhere in a text that people typed, and the words around them. Its
 * cost grows with the square of the text: cut it to what a person types.
 */
export function parseSearch(text: string): {
  readonly matchers: readonly Matcher[]
  readonly words: readonly string[]
} {
  const matchers: Matcher[] = []
  const rest = text.replace(any, (...found: string[]) => {
    matchers.push(matcherOf(found))
    return ' '
  })
  const marks = matchers.length > 0 ? /[\s,{}]+/ : /\s+/
  return { matchers, words: rest.split(marks).filter((word) => word !== '') }
}

function matcherOf(found: readonly (string | undefined)[]): Matcher {
  const [, bare, quoted = '', operator, value = ''] = found
  // The shape admits these four operators only.
  return createMatcher(bare ?? unquoted(quoted), operator as MatchOperator, unquoted(value))
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}

function unreadable(text: string): SyntaxError {
  return new SyntaxError(`Cannot read selector ${JSON.stringify(text)}: write {name="value",…}`)
}
