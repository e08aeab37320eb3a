/**
 * What matchers say of each other, where that is certain: whether one follows from others, and
 * whether no label set can match them all. "No" may mean that it cannot be told.
 */
import type { Matcher } from '#lib/matcher'

/** Whether every label set that matches all of `facts` matches all of `wanted`. */
export function implies(facts: readonly Matcher[], wanted: readonly Matcher[]): boolean {
  return contradicts(facts) || wanted.every((matcher) => follows(facts, matcher))
}

/** Whether no label set matches them all. */
export function contradicts(matchers: readonly Matcher[]): boolean {
  return [...new Set(matchers.map(({ name }) => name))].some(
    (name) => valuesOf(matchers, name)?.length === 0 || hasOpposites(matchers, name),
  )
}

function follows(facts: readonly Matcher[], wanted: Matcher): boolean {
  if (wanted.operator === '=~' && wanted.value === '.*') return true
  if (facts.some((fact) => isSame(fact, wanted))) return true
  const values = valuesOf(facts, wanted.name)
  return values?.every((value) => wanted.matches({ [wanted.name]: value })) ?? false
}

const isSame = (a: Matcher, b: Matcher) =>
  a.name === b.name && a.operator === b.operator && a.value === b.value

const opposites = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' } as const

function hasOpposites(matchers: readonly Matcher[], name: string): boolean {
  const own = matchers.filter((matcher) => matcher.name === name)
  return own.some(({ operator, value }) =>
    own.some((other) => other.operator === opposites[operator] && other.value === value),
  )
}

/** The values that a label can have, where the matchers name them all; undefined: any. */
function valuesOf(matchers: readonly Matcher[], name: string): readonly string[] | undefined {
  const own = matchers.filter((matcher) => matcher.name === name)
  const named = own.map(namedBy).find((values) => values !== undefined)
  return named?.filter((value) => own.every((matcher) => matcher.matches({ [name]: value })))
}

/** `a|b` of a regex that is nothing but words. */
function namedBy({ operator, value }: Matcher): readonly string[] | undefined {
  if (operator === '=') return [value]
  const isWords = operator === '=~' && /^[\p{L}\p{N}_ :/@%,;=~<>#'"!&|-]*$/u.test(value)
  return isWords ? value.split('|') : undefined
}
