import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeName, type Escaping, escapeName, isPlain } from './names.ts'

const someName = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', '_', '.', ':', ' ', 'é', '𝄞', '"', '\n'),
  minLength: 1,
  maxLength: 8,
})

test.each([
  ['http.status:sum', 'underscores', 'http_status:sum'],
  ['http.status:sum', 'dots', 'http_dot_status:sum'],
  ['http.status:sum', 'values', 'U__http_2e_status:sum'],
  ['http.status:sum', 'allow-utf-8', 'http.status:sum'],
  ['my_name', 'underscores', 'my_name'],
  ['my_name', 'dots', 'my__name'],
  ['my_name', 'values', 'my_name'],
  ['my_na.me', 'values', 'U__my__na_2e_me'],
  ['0a', 'underscores', '_a'],
  ['a b.é', 'dots', 'a__b_dot___'],
  ['a𝄞', 'values', 'U__a_1d11e_'],
] as [string, Escaping, string][])('%s with %s is written %s', (name, escaping, wanted) => {
  expect(escapeName(name, 'metric', escaping)).toBe(wanted)
})

test('a colon is no letter of a label', () => {
  expect(escapeName('a:b', 'label', 'underscores')).toBe('a_b')
  expect(escapeName('a:b', 'label', 'values')).toBe('U__a_3a_b')
})

test('an escaped name is plain, and what values wrote is read again', () => {
  fc.assert(
    fc.property(someName, fc.constantFrom('label', 'metric'), (name, kind) => {
      for (const escaping of ['underscores', 'dots', 'values'] as const)
        expect(isPlain(escapeName(name, kind, escaping), kind)).toBe(true)
      if (!name.startsWith('U__')) expect(decodeName(escapeName(name, kind, 'values'))).toBe(name)
    }),
  )
})

test.each(['foo', 'U__a_', 'U__a_2e', 'U__a_zz_', 'U__a_1234567_', 'U__a_d800_', 'U__a_110000_'])(
  '%s is taken as it stands',
  (text) => {
    expect(decodeName(text)).toBe(text)
  },
)
