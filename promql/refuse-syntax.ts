/** Lezer mends what it cannot read and goes on; we stop at the first such place and say why. */
import type { SyntaxNode, Tree } from '@lezer/common'
import { type Dialect, isFrom, type Version } from './dialect.ts'
import { lacksUnit } from './durations.ts'
import { parseNumber } from './literals.ts'
import { missingFunctions, signatureIn } from './signatures.ts'
import { syntaxError } from './syntax-error.ts'

/** Grammar that no evaluation of ours knows, and what to call it. */
const unknownSyntax: Readonly<Record<string, string>> = {
  TrimUpper: 'the operator </',
  TrimLower: 'the operator >/',
}

/** Grammar that came after Prometheus 2.42, and with which it came. */
const newerSyntax: Readonly<Record<string, readonly [since: Version, what: string]>> = {
  LimitK: ['3.5', 'the aggregation limitk'],
  LimitRatio: ['3.5', 'the aggregation limit_ratio'],
  QuotedLabelName: ['3.5', 'a quoted label or metric name'],
  DurationStep: ['3.5', 'step() in a duration'],
  DurationRange: ['3.5', 'range() in a duration'],
  DurationMinOf: ['3.5', 'min_of() in a duration'],
  DurationMaxOf: ['3.5', 'max_of() in a duration'],
  FillModifier: ['3', 'the modifier fill'],
  AnchoredExpr: ['3', 'the modifier anchored'],
  SmoothedExpr: ['3', 'the modifier smoothed'],
}

/** What recursion over the tree bears on a default stack. */
const nestingMax = 2000

export function refuseBrokenSyntax(source: string, tree: Tree, dialect: Dialect): void {
  let depth = 0
  tree.iterate({
    enter({ type, node, from, to }) {
      if (++depth > nestingMax) throw syntaxError(source, from, `nested deeper than ${nestingMax}`)
      if (type.isError) throw errorAt(source, node)
      const unknown = unknownSyntax[type.name] ?? newerThan(dialect, type.name)
      if (unknown !== undefined) throw syntaxError(source, from, `${unknown} is not supported`)
      const reason = misread(node, source) ?? wrongIn(dialect, node, source.slice(from, to))
      if (reason !== undefined) throw syntaxError(source, from, reason)
      if (type.name === 'StringLiteral' && !isClosed(source.slice(from, to)))
        throw syntaxError(source, from, 'unterminated quoted string')
    },
    leave() {
      depth--
    },
  })
}

function newerThan({ version }: Dialect, name: string): string | undefined {
  const [since = version, what] = newerSyntax[name] ?? []
  return isFrom(since, version) ? undefined : what
}

/** What the grammar takes for a number, a metric or a label, and Prometheus does not. */
function misread({ name, parent, from, to }: SyntaxNode, source: string): string | undefined {
  const text = source.slice(from, to)
  if (name.startsWith('NumberDurationLiteral') && /[\w.]/.test(source[to] ?? ''))
    return `bad number or duration syntax: "${text}${source[to]}"`
  if (name === 'Identifier' && text.toLowerCase() === 'atan2') return 'unexpected <op:atan2>'
  if (name === 'LineComment' && /\[\s*$/.test(source.slice(0, from)))
    return 'missing unit character in duration'
  const isGrouping = name === 'LabelName' && parent?.name === 'GroupingLabels'
  return isGrouping && /^(?:without|nan|inf)$/i.test(text)
    ? `unexpected ${describe(text)} in grouping opts, expected label`
    : undefined
}

const plainDuration: ReadonlySet<string> = new Set([
  ...['NumberDurationLiteralInDurationContext', 'UnaryOp', 'OffsetDurationExpr'],
])

/** Why Prometheus of this dialect would refuse what the grammar reads. */
function wrongIn(dialect: Dialect, { name, parent }: SyntaxNode, text: string) {
  if (name === 'FunctionIdentifier') return functionFault(dialect, text)
  if (dialect.newerSyntax) return undefined
  const sign = name === 'OffsetDurationExpr' ? /^(?:\+|-\s*[-+])/.exec(text)?.[0] : undefined
  if (sign !== undefined) return `unexpected <op:${sign.at(-1)}> in offset, expected duration`
  const isDuration = parent?.name === 'DurationExpr' || parent?.name === 'OffsetDurationExpr'
  if (isDuration && !plainDuration.has(name)) return 'arithmetic of durations is not supported'
  if (name === 'NumberDurationLiteralInDurationContext' && lacksUnit(text))
    return 'missing unit character in duration'
  if (name === 'NumberDurationLiteral' && /[a-z]$/i.test(text)) return durationFault(text)
  return undefined
}

/** What to say of a function that is not here. */
function strangerFault(name: string): string {
  if (missingFunctions.has(name)) return `the function ${name} is not supported`
  return `unknown function with name "${name}"`
}

function functionFault({ version }: Dialect, name: string): string | undefined {
  return signatureIn(version, name) === undefined ? strangerFault(name) : undefined
}

function durationFault(text: string): string | undefined {
  const unsigned = text.replace(/^[-+]\s*/, '')
  return parseNumber(unsigned) === undefined ? `unexpected duration "${unsigned}"` : undefined
}

function isClosed(literal: string): boolean {
  if (literal[0] === '`') return literal.length > 1 && literal.endsWith('`')
  return /^(["'])(?:[^\\\n]|\\[^\n])*\1$/.test(literal)
}

function errorAt(source: string, node: SyntaxNode) {
  const isBlank = source.replace(/#[^\n]*/g, '').trim() === ''
  if (isBlank) return syntaxError(source, source.length, 'no expression found in input')
  const offset = skipBlank(source, node.from)
  const unclosed = unclosedAt(source)
  if (offset >= source.length)
    return syntaxError(source, source.length, unclosed ?? 'unexpected end of input')
  const token = tokenAt(source, offset)
  const before = /([a-zA-Z_][a-zA-Z0-9_]*)\s*$/.exec(source.slice(0, offset))
  const name = before?.[1]
  if (token === '(' && before !== null && name !== undefined && !keywords.has(name))
    return syntaxError(source, before.index, strangerFault(name))
  return syntaxError(source, offset, `unexpected ${describe(token)}`)
}

function skipBlank(source: string, offset: number): number {
  const blank = /^(?:\s+|#[^\n]*)*/.exec(source.slice(offset))
  return offset + (blank?.[0].length ?? 0)
}

const tokenShape = new RegExp(
  [
    /^[a-zA-Z_:][\w:]*/,
    /^\d[\w.]*/,
    /^"(?:[^"\\\n]|\\.)*"?/,
    /^'(?:[^'\\\n]|\\.)*'?/,
    /^`[^`]*`?/,
    /^(?:[=!<>]=|=~|!~)/,
    /^[\s\S]/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

function tokenAt(source: string, offset: number): string {
  return tokenShape.exec(source.slice(offset))?.[0] ?? ''
}

const keywords: ReadonlySet<string> = new Set([
  ...['bool', 'ignoring', 'on', 'group_left', 'group_right', 'offset', 'by', 'without'],
  ...['and', 'or', 'unless'],
])

function describe(token: string): string {
  if (keywords.has(token.toLowerCase())) return `<${token.toLowerCase()}>`
  if (/^[a-zA-Z_:]/.test(token)) return `identifier ${JSON.stringify(token)}`
  if (/^\d/.test(token)) return `number "${token}"`
  if (/^["'`]/.test(token)) return `string ${token}`
  if (/^([-+*/%^@]|[=!<>]=|=~|!~|[<>=])$/.test(token)) return `<op:${token}>`
  return /^[(){}[\],:]$/.test(token) ? `"${token}"` : `character: ${JSON.stringify(token)}`
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const bracketNames: Readonly<Record<string, string>> = {
  '(': 'unclosed left parenthesis',
  '[': 'unclosed left bracket',
  '{': 'unclosed left brace',
}

/** What to say about the innermost bracket that is never closed. */
function unclosedAt(source: string): string | undefined {
  const open: string[] = []
  for (let offset = 0; offset < source.length; ) {
    offset = skipBlank(source, offset)
    const token = tokenAt(source, offset)
    if (closers[token] !== undefined) open.push(token)
    else if (closers[open.at(-1) ?? ''] === token) open.pop()
    offset += Math.max(1, token.length)
  }
  return bracketNames[open.at(-1) ?? '']
}
