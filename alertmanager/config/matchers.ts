/**
 * Matchers as text: `severity="critical"`, `{a="b", "c d"=~"e.*"}`. Two grammars: UTF-8 (names and
 * values bare or quoted) and the classic one (names of letters, values as they come). Text that
 * only one of them reads is read by that one; where both read it and differ, classic wins.
 */
import { createMatcher, type Matcher, type MatchOperator } from '#lib/matcher'

type Triple = readonly [name: string, operator: MatchOperator, value: string]

/** Throws a SyntaxError in upstream's words. */
export function parseMatchers(text: string): readonly Matcher[] {
  const triples = agreed(
    attempt(() => parseUtf8(text)),
    attempt(() => parseClassic(text)),
  )
  return triples.map(([name, operator, value]) => createMatcher(name, operator, value))
}

/** `a="b"`, with Go-like quotes; a name that is not classic is quoted too. */
export function formatMatcher({ name, operator, value }: Matcher): string {
  const shown = classicName.test(name) ? name : JSON.stringify(name)
  return `${shown}${operator}${JSON.stringify(value)}`
}

/** `{a="b",c=~"d"}`, sorted by name, value and operator: a part of every group key. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${[...matchers].sort(byName).map(formatMatcher).join(',')}}`
}

export function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return formatMatchers(a) === formatMatchers(b)
}

const classicName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const classicShape = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*([\s\S]*?)\s*$/

function byName(a: Matcher, b: Matcher): number {
  const left = [a.name, a.value, a.operator]
  const right = [b.name, b.value, b.operator]
  const differs = left.findIndex((part, i) => part !== right[i])
  if (differs === -1) return 0
  return (left[differs] ?? '') < (right[differs] ?? '') ? -1 : 1
}

type Attempt = { readonly triples: readonly Triple[] } | { readonly error: SyntaxError }

function attempt(parse: () => readonly Triple[]): Attempt {
  try {
    return { triples: parse() }
  } catch (error) {
    if (error instanceof SyntaxError) return { error }
    throw error
  }
}

function agreed(utf8: Attempt, classic: Attempt): readonly Triple[] {
  if ('triples' in classic) return classic.triples
  if ('triples' in utf8) return utf8.triples
  throw classic.error
}

function parseClassic(text: string): readonly Triple[] {
  const inner = text.trim().replace(/^\{/, '').replace(/\}$/, '').trim().replace(/,$/, '')
  if (inner === '') return []
  return splitOutsideQuotes(inner).map(parseClassicOne)
}

function splitOutsideQuotes(text: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  let escaped = false
  for (const letter of text) {
    if (letter === ',' && !quoted) {
      parts.push(part)
      part = ''
      continue
    }
    if (letter === '"' && !escaped) quoted = !quoted
    escaped = letter === '\\' && !escaped
    part += letter
  }
  return [...parts, part]
}

function parseClassicOne(text: string): Triple {
  const [, name, operator, raw] = classicShape.exec(text) ?? []
  if (name === undefined || raw === undefined) throw new SyntaxError(`bad matcher format: ${text}`)
  // The shape admits these four operators only.
  return [name, operator as MatchOperator, classicValue(raw)]
}

const quotedValue = /^"((?:[^"\\]|\\[\s\S])*)"$/
const bareValue = /^(?:[^"\\]|\\[\s\S])*\\?$/

function classicValue(raw: string): string {
  const body = raw.startsWith('"') ? quotedValue.exec(raw)?.[1] : bareValue.exec(raw)?.[0]
  if (body === undefined)
    throw new SyntaxError(`matcher value contains unescaped double quote: ${raw}`)
  // Any other letter after a backslash stays as it is, and so does the backslash.
  return body.replace(/\\([n"\\])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}

const token = /\s*(?:([{},])|(=~|!~|!=|=)|"((?:[^"\\]|\\.)*)"|([^\s{}!=~,\\"'`]+))/suy

interface Token {
  readonly kind: 'mark' | 'operator' | 'word'
  readonly text: string
}

function parseUtf8(text: string): readonly Triple[] {
  const tokens = tokensOf(text.trim())
  const braced = tokens[0]?.text === '{' && tokens[0].kind === 'mark'
  if (braced && !isMark(tokens.at(-1), '}')) throw new SyntaxError('expected close brace')
  const inner = braced ? tokens.slice(1, -1) : tokens
  const triples: Triple[] = []
  for (let i = 0; i < inner.length; i += 4) {
    const [name, operator, value, comma] = inner.slice(i, i + 4)
    if (name?.kind !== 'word') throw new SyntaxError('expected label name')
    if (operator?.kind !== 'operator') throw new SyntaxError('expected an operator such as =')
    if (value?.kind !== 'word') throw new SyntaxError('expected label value')
    if (comma !== undefined && !isMark(comma, ',')) throw new SyntaxError('expected a comma')
    // The kind says that it is one of the four.
    triples.push([name.text, operator.text as MatchOperator, value.text])
  }
  return triples
}

const isMark = (found: Token | undefined, mark: string) =>
  found?.kind === 'mark' && found.text === mark

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const start = token.lastIndex
    const match = token.exec(text)
    if (match === null) throw new SyntaxError(`unexpected input: ${text.slice(start)}`)
    const [, mark, operator, quoted, bare] = match
    if (mark !== undefined) found.push({ kind: 'mark', text: mark })
    else if (operator !== undefined) found.push({ kind: 'operator', text: operator })
    else found.push({ kind: 'word', text: quoted === undefined ? (bare ?? '') : unquoted(quoted) })
  }
  return found
}

function unquoted(body: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
  return body.replace(/\\u([0-9a-fA-F]{4})|\\(.)/gs, (_, hex?: string, letter?: string) =>
    hex === undefined
      ? (letters[letter ?? ''] ?? letter ?? '')
      : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
