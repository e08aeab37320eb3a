import { expect, test } from '@jest/globals'
import { RE2JS } from 're2js'
import { programSize } from './regex-cost.ts'

test.each([
  ['abc', 3],
  ['a{3}', 3],
  ['a{2,5}b', 6],
  ['a{3,}', 3],
  ['(ab){10}', 20],
  ['((a{10}){10}){10}', 1000],
  ['[a{5}b]{4}', 4],
  ['\\p{Lu}{7}', 7],
  ['\\({3}', 3],
  ['(', 0],
  [')', 1],
  ['{', 1],
  ['', 0],
])('%s becomes about %s instructions', (pattern, size) => {
  expect(programSize(pattern)).toBe(size)
})

test('is near what the compiler makes', () => {
  for (const pattern of [
    'a{0,1000}',
    '(?:a?b){300}c{2,9}',
    'node-[0-9]{1,3}(x|y)*z',
    '(a|b|c){50}',
  ]) {
    const real = RE2JS.compile(pattern).programSize()
    expect(programSize(pattern)).toBeGreaterThan(real / 4)
    expect(programSize(pattern)).toBeLessThan(real * 4 + 10)
  }
})
