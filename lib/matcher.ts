/**
 * Matchers of Prometheus and Alertmanager: `name="value"`, `!=`, `=~`, `!~`; regexes are RE2,
 * anchored.
 */
import { RE2JS } from 're2js'
import type { Labels } from './labels.ts'

export type MatchOperator = '=' | '!=' | '=~' | '!~'

export interface Matcher {
  readonly name: string
  readonly operator: MatchOperator
  readonly value: string
  /** A label that is absent counts as the empty text. */
  matches(labels: Labels): boolean
}

/** Throws a SyntaxError where a regex does not compile. */
export function createMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: testOf(name, operator, value) }
}

export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels))
}

function testOf(name: string, operator: MatchOperator, value: string) {
  if (operator === '=') return (labels: Labels) => (labels[name] ?? '') === value
  if (operator === '!=') return (labels: Labels) => (labels[name] ?? '') !== value
  const regex = compile(value)
  const wanted = operator === '=~'
  return (labels: Labels) => regex.matches(labels[name] ?? '') === wanted
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(`(?s:${source})`)
  } catch (cause) {
    throw new SyntaxError(`Cannot compile regex "${source}"`, { cause })
  }
}
