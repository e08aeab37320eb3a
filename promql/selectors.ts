/** Selectors, matchers and the clauses that list labels. */
import type { SyntaxNode } from '@lezer/common'
import { createMatcher, type Matcher, type MatchOperator } from '#lib/matcher'
import type { Matching, VectorSelector } from './expression.ts'
import { nameLabel } from './label-set.ts'
import { parseSeconds, secondsFault, unquote } from './literals.ts'
import { patternFault } from './regex-cost.ts'
import { type SourceText, syntaxError } from './syntax-error.ts'

export function buildSelector(source: SourceText, node: SyntaxNode): VectorSelector {
  const identifier = node.getChild('Identifier')
  const braces = node.getChild('LabelMatchers')
  const quoted = braces?.getChildren('QuotedLabelName') ?? []
  const before = identifier === null ? undefined : source.slice(identifier.from, identifier.to)
  const names = quoted.map((child) => nameOf(source, child))
  const inBraces = [
    ...(braces?.getChildren('UnquotedLabelMatcher') ?? []),
    ...(braces?.getChildren('QuotedLabelMatcher') ?? []),
  ].sort((a, b) => a.from - b.from)
  const given = inBraces.map((child) => buildMatcher(source, child))
  const again = names[0] ?? given.find((matcher) => matcher.name === nameLabel)?.value
  if (before !== undefined && again !== undefined) {
    const reason = `metric name must not be set twice: "${before}" or "${again}"`
    throw syntaxError(source, node.from, reason)
  }
  const all = before === undefined ? names : [before]
  const matchers = [...given, ...all.map((name) => createMatcher(nameLabel, '=', name))]
  const [name] = matchers.filter((matcher) => matcher.name === nameLabel).length > 1 ? [] : all
  return Object.freeze({
    kind: 'selector',
    ...(name === undefined ? {} : { name }),
    matchers: Object.freeze(matchers),
    offsetMs: 0,
    span: Object.freeze({ from: node.from, to: node.to }),
  })
}

/** A name as it stands, or in quotes: any bytes may be asked for, though no series has them. */
function nameOf(source: SourceText, node: SyntaxNode): string {
  const text = source.slice(node.from, node.to)
  const name = node.name === 'QuotedLabelName' ? unquote(text) : text
  if (name === undefined) throw syntaxError(source, node.from, `invalid name ${text}`)
  return name
}

/** The name of a label that is grouped by. */
function groupedNameOf(source: SourceText, node: SyntaxNode): string {
  const name = nameOf(source, node)
  if (name.isWellFormed()) return name
  const text = source.slice(node.from, node.to)
  throw syntaxError(source, node.from, `invalid label name for grouping: ${text}`)
}

function buildMatcher(source: SourceText, node: SyntaxNode): Matcher {
  const text = (child: SyntaxNode | null) =>
    child === null ? '' : source.slice(child.from, child.to)
  const value = unquote(text(node.getChild('StringLiteral')))
  if (value === undefined) throw syntaxError(source, node.from, 'unknown escape sequence in string')
  const named = node.getChild('LabelName') ?? node.getChild('QuotedLabelName') ?? node
  // The grammar's `MatchOp` is one of these four.
  const operator = text(node.getChild('MatchOp')) as MatchOperator
  const fault = operator.includes('~') ? patternFault(value) : undefined
  if (fault !== undefined) throw syntaxError(source, node.from, fault)
  try {
    return createMatcher(nameOf(source, named), operator, value)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw syntaxError(source, node.from, reason)
  }
}

const none: readonly string[] = Object.freeze([])
const plain: Matching = Object.freeze({
  mode: 'ignoring',
  labels: none,
  many: 'none',
  include: none,
})

/** The clauses between an operator and its right side. */
export function buildMatching(source: SourceText, binary: SyntaxNode): Matching {
  const matching = buildGrouping(source, binary.getChild('MatchingModifierClause'))
  const fill = binary.getChild('FillModifier')
  return fill === null ? matching : Object.freeze({ ...matching, ...buildFill(source, fill) })
}

function buildFill(source: SourceText, node: SyntaxNode): Pick<Matching, 'fillOne' | 'fillMany'> {
  const valueIn = (clause: string) => {
    const literal = node.getChild(clause)?.getChild('NumberDurationLiteral')
    return literal ? numberOf(source, literal) : undefined
  }
  const both = valueIn('FillClause')
  const [one, many] = [valueIn('FillRightClause') ?? both, valueIn('FillLeftClause') ?? both]
  return {
    ...(one === undefined ? {} : { fillOne: one }),
    ...(many === undefined ? {} : { fillMany: many }),
  }
}

function numberOf(source: SourceText, node: SyntaxNode): number {
  const text = source.slice(node.from, node.to)
  const [, sign = '', unsigned = ''] = /^([-+]?)\s*(.*)$/s.exec(text) ?? []
  const value = parseSeconds(unsigned)
  if (value === undefined)
    throw syntaxError(source, node.from, secondsFault(unsigned, 'bad number syntax'))
  return sign === '-' ? -value : value
}

function buildGrouping(source: SourceText, node: SyntaxNode | null): Matching {
  if (node === null) return plain
  const [labels = null, include = null] = node.getChildren('GroupingLabels')
  const isLeft = node.getChild('GroupLeft') !== null
  const isRight = node.getChild('GroupRight') !== null
  return Object.freeze({
    mode: node.getChild('On') === null ? 'ignoring' : 'on',
    labels: labelsIn(source, labels),
    many: isLeft ? 'left' : isRight ? 'right' : 'none',
    include: labelsIn(source, include),
  })
}

/** The names that stand in the parentheses of a clause. */
export function labelsIn(source: SourceText, node: SyntaxNode | null): readonly string[] {
  const list = node?.name === 'GroupingLabels' ? node : node?.getChild('GroupingLabels')
  const names: string[] = []
  for (let node = list?.firstChild; node; node = node.nextSibling)
    if (/LabelName$/.test(node.name)) names.push(groupedNameOf(source, node))
  return Object.freeze(names)
}
