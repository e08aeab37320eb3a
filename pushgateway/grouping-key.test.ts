import { expect, test } from '@jest/globals'
import { parseGroupingKey } from './grouping-key.ts'

const keyOf = (rest: string, utf8Names: boolean) =>
  Object.fromEntries(parseGroupingKey({ jobIsBase64: false, job: 'j', rest }, { utf8Names }))

test('names of labels are unescaped where they may have any letters', () => {
  expect(keyOf('/U__foo_2e_bar/x', true)).toEqual({ job: 'j', 'foo.bar': 'x' })
  expect(keyOf('/U__foo_2e_bar@base64/eA', true)).toEqual({ job: 'j', 'foo.bar': 'x' })
  expect(keyOf('/foo.bar/x', true)).toEqual({ job: 'j', 'foo.bar': 'x' })
  expect(keyOf('/U__foo_2e_bar/x', false)).toEqual({ job: 'j', U__foo_2e_bar: 'x' })
  expect(() => keyOf('/foo.bar/x', false)).toThrow('improper label name "foo.bar"')
})

test.each(['/__x/1', '//1'])('%s is refused in any case', (rest) => {
  expect(() => keyOf(rest, false)).toThrow('improper label name')
})

test('a reserved name is refused even when it was escaped', () => {
  expect(() => keyOf('/U______x/1', true)).toThrow('improper label name "U______x"')
})
