/** Selectors, matchers and the clauses that list labels. */
import type { SyntaxNode } from '@lezer/common'
import { createMatcher, type Matcher, type MatchOperator } from '#lib/matcher'
import type { Matching, VectorSelector } from './expression.ts'
import { noLabels } from './label-set.ts'
import { unquote } from './literals.ts'
import { syntaxError } from './syntax-error.ts'

export function buildSelector(source: string, node: SyntaxNode): VectorSelector {
  const identifier = node.getChild('Identifier')
  const name = identifier === null ? undefined : source.slice(identifier.from, identifier.to)
  const braces = node.getChild('LabelMatchers')
  const inBraces = braces?.getChildren('UnquotedLabelMatcher') ?? []
  const matchers = inBraces.map((child) => buildMatcher(source, child))
  if (name !== undefined) {
    const twice = matchers.findIndex((matcher) => matcher.name === '__name__')
    if (twice >= 0) {
      const reason = `metric name must not be set twice: "${name}" or "${matchers[twice]?.value}"`
      throw syntaxError(source, node.from, reason)
    }
    matchers.push(createMatcher('__name__', '=', name))
  }
  if (matchers.every((matcher) => matcher.matches(noLabels))) {
    const reason = 'vector selector must contain at least one non-empty matcher'
    throw syntaxError(source, node.from, reason)
  }
  return Object.freeze({
    kind: 'selector',
    ...(name === undefined ? {} : { name }),
    matchers: Object.freeze(matchers),
    offsetMs: 0,
    span: Object.freeze({ from: node.from, to: node.to }),
  })
}

function buildMatcher(source: string, node: SyntaxNode): Matcher {
  const text = (child: SyntaxNode | null) =>
    child === null ? '' : source.slice(child.from, child.to)
  const value = unquote(text(node.getChild('StringLiteral')))
  if (value === undefined) throw syntaxError(source, node.from, 'unknown escape sequence in string')
  // The grammar's `MatchOp` is one of these four.
  const operator = text(node.getChild('MatchOp')) as MatchOperator
  try {
    return createMatcher(text(node.getChild('LabelName')), operator, value)
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

export function buildMatching(source: string, node: SyntaxNode | null): Matching {
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
export function labelsIn(source: string, node: SyntaxNode | null): readonly string[] {
  const list = node?.name === 'GroupingLabels' ? node : node?.getChild('GroupingLabels')
  const names = list?.getChildren('LabelName') ?? []
  return Object.freeze(names.map(({ from, to }) => source.slice(from, to)))
}
