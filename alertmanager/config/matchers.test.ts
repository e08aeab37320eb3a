import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createMatcher } from '#lib/matcher'
import { classicCases } from './classic-cases.conformance.ts'
import { fallbackCases } from './fallback-cases.conformance.ts'
import {
  formatMatcher,
  formatMatchers,
  isLabelName,
  type MatcherMode,
  matcherModeOf,
  parseMatchers,
  type ReadMatchers,
  readMatcher,
  readMatchers,
  sameMatchers,
} from './matchers.ts'
import { utf8Cases } from './utf8-cases.conformance.ts'

/** As the cases write it: matchers, or why there are none. */
function shown(read: () => ReadMatchers): string {
  try {
    return read().matchers.map(formatMatcher).join(',')
  } catch (error) {
    if (error instanceof SyntaxError) return `! ${error.message}`
    throw error
  }
}

const reading = (text: string, mode: MatcherMode) => shown(() => readMatchers(text, mode))

describe('the UTF-8 grammar reads', () => {
  test.each(utf8Cases)('%j as %s', (text, expected) => {
    expect(reading(text, 'utf8')).toBe(expected)
  })
})

describe('the classic grammar reads', () => {
  test.each(classicCases)('%j as %s', (text, expected) => {
    expect(reading(text, 'classic')).toBe(expected)
  })
})

describe('where both grammars hold', () => {
  test.each(fallbackCases)('%j is read by %s: as %s', (text, readBy, expected) => {
    expect(reading(text, 'fallback')).toBe(expected)
    const [utf8, classic] = [reading(text, 'utf8'), reading(text, 'classic')]
    const canRead = { utf8: !utf8.startsWith('! '), classic: !classic.startsWith('! ') }
    expect(canRead).toEqual({
      utf8: ['alike', 'differently', 'UTF-8 only'].includes(readBy),
      classic: ['alike', 'differently', 'classic only'].includes(readBy),
    })
    if (readBy === 'neither') return
    const { remark } = readMatchers(text, 'fallback')
    expect(remark !== undefined).toBe(['differently', 'classic only'].includes(readBy))
  })

  const suggested = fallbackCases.filter(
    ([, readBy, matchers]) => ['differently', 'classic only'].includes(readBy) && matchers !== '',
  )
  test.each(suggested)('what is suggested for %j is read alike', (text) => {
    const { remark, matchers } = readMatchers(text, 'fallback')
    const suggestion = remark?.remedy.replace(/^write /, '') ?? ''
    const again = readMatchers(suggestion, 'fallback')
    expect(again.remark).toBeUndefined()
    expect(formatMatchers(again.matchers)).toBe(formatMatchers(matchers))
  })
})

test.each([
  ['a=b', 'a="b"'],
  ['a="}"', 'a="}"'],
  ['{a=b}', '! unexpected open or close brace: {a=b}'],
  ['a=b}', '! unexpected open or close brace: a=b}'],
  ['', '! bad matcher format: '],
  ['xx', '! bad matcher format: xx'],
  ['a=b,c', 'a="b,c"'],
  ['ü=b', 'ü="b"'],
])('one matcher: %j is read as %s', (text, expected) => {
  expect(shown(() => readMatcher(text, 'fallback'))).toBe(expected)
})

test.each([
  ['', '! no matchers'],
  ['a=b,c=d', '! expected 1 matcher, found 2'],
  ['{a=b}', '! unexpected open or close brace: {a=b}'],
])('one matcher in strict mode: %j is read as %s', (text, expected) => {
  expect(shown(() => readMatcher(text, 'utf8'))).toBe(expected)
})

test('in classic mode one matcher takes braces as they come', () => {
  expect(shown(() => readMatcher('a={b}', 'classic'))).toBe('a="{b}"')
})

test('the features say which grammar holds', () => {
  expect(matcherModeOf([])).toBe('fallback')
  expect(matcherModeOf(['alert-names-in-metrics', 'classic-mode'])).toBe('classic')
  expect(matcherModeOf(['utf8-strict-mode'])).toBe('utf8')
  expect(() => matcherModeOf(['utf8-strict-mode', 'classic-mode'])).toThrow(
    'cannot have both classic and UTF-8 modes enabled',
  )
})

test.each([
  ['a_1', true, true],
  ['1a', false, true],
  ['a:b', false, true],
  ['a b', false, true],
  ['ü', false, true],
  ['', false, false],
  ['\ud800', false, false],
])('as the name of a label, %j is classic: %s, UTF-8: %s', (name, classic, utf8) => {
  expect([isLabelName(name, 'classic'), isLabelName(name, 'utf8')]).toEqual([classic, utf8])
  expect(isLabelName(name, 'fallback')).toBe(utf8)
})

test('any matcher that is written is read as itself, by every grammar that knows its name', () => {
  const operator = fc.constantFrom('=' as const, '!=' as const)
  const classic = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/)
  const any = fc.string({ unit: fc.constantFrom(...'ab"\\,{}=~! \n\tü🙂'), minLength: 1 })
  const value = fc.string({ unit: fc.constantFrom(...'ab"\\,{}=~! \tü') })
  const written = (name: fc.Arbitrary<string>) =>
    fc.array(fc.tuple(name, operator, value), { maxLength: 4 })
  const readsBack = (mode: MatcherMode, wanted: ReturnType<typeof triples>) => {
    const matchers = wanted.map((triple) => createMatcher(...triple))
    expect(triples(readMatchers(formatMatchers(matchers), mode))).toEqual(triples({ matchers }))
  }
  fc.assert(fc.property(written(classic), (wanted) => readsBack('classic', wanted)))
  fc.assert(fc.property(written(classic), (wanted) => readsBack('fallback', wanted)))
  fc.assert(fc.property(written(any), (wanted) => readsBack('utf8', wanted)))
})

function triples({ matchers }: ReadMatchers) {
  return matchers
    .map(({ name, operator, value }) => [name, operator, value] as const)
    .sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1))
}

test('the order of matchers does not matter to what they are', () => {
  const [a, b] = [parseMatchers('{a=b,c=d}'), parseMatchers('{c=d,a=b}')]
  expect(formatMatchers(a)).toBe('{a="b",c="d"}')
  expect(sameMatchers(a, b)).toBe(true)
  expect(sameMatchers(a, parseMatchers('{a=b,c!=d}'))).toBe(false)
})
