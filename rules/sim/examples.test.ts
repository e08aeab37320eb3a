import { expect, test } from '@jest/globals'
import { createMatcher } from '#lib/matcher'
import { examplesOf } from './examples.ts'

test.each([
  ['=', 'a', ['a']],
  ['=~', 'Failed|Pending', ['Failed', 'Pending']],
  ['=~', '.*etcd.*', ['xetcdx', 'etcd']],
  ['=~', '(4|5)..', ['455']],
  ['=~', '^(?:5..)$', ['555']],
  ['=~', 'nvme[0-9]+', ['nvme0']],
  ['=~', 'md-\\d+|sd.?', ['md-7', 'sd5']],
  ['=~', '.+', ['x']],
  ['=~', 'a\\.b.', ['a.b5']],
  ['!=', 'a', []],
  ['!~', 'a.*', []],
] as const)('of a label %s"%s" there is %j', (operator, value, texts) => {
  expect(examplesOf(createMatcher('a', operator, value))).toEqual(texts)
})

test('what no example was found for gives none, rather than a wrong one', () => {
  expect(examplesOf(createMatcher('a', '=~', 'x{3}(a(b|c)){2}'))).toEqual([])
})
