import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createMatcher } from '#lib/matcher'
import { literalsOf } from './literal-regex.ts'

test.each([
  ['a|b-1', ['a', 'b-1']],
  ['node-1\\.example\\.com|x', ['node-1.example.com', 'x']],
  ['', ['']],
  ['a||b', ['a', '', 'b']],
  ['a\\|b', ['a|b']],
])('%s is a list', (source, wanted) => {
  expect([...(literalsOf(createMatcher('x', '=~', source)) ?? [])]).toEqual(wanted)
})

test.each(['a.c', 'a*', '(a|b)', '[ab]', 'a\\d', '^a', '(?i)a'])('%s is none', (source) => {
  expect(literalsOf(createMatcher('x', '=~', source))).toBeUndefined()
})

test('a list holds what the regex matches, and nothing else', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '|', '\\', '.', '-'), maxLength: 6 })
  fc.assert(
    fc.property(letters, letters, (source, value) => {
      const matcher = matcherOf(source)
      const literals = matcher === undefined ? undefined : literalsOf(matcher)
      if (literals === undefined) return
      expect(literals.has(value)).toBe(matcher?.matches({ x: value }))
      for (const literal of literals) expect(matcher?.matches({ x: literal })).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

function matcherOf(source: string) {
  try {
    return createMatcher('x', '=~', source)
  } catch {
    return undefined
  }
}
