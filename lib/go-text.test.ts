import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeKeepingBytes, decodeStrictly, quoteGo, quoteGoLetter, unquoteGo } from './go-text.ts'

test('quotes are those of Go', () => {
  expect(quoteGo('a"b\\c\n\r\t\u0001é')).toBe('"a\\"b\\\\c\\n\\r\\t\\x01é"')
  expect(quoteGo("'\u00a0\u00ad\ufeff\u{e0001}😀")).toBe('"\'\\u00a0\\u00ad\\ufeff\\U000e0001😀"')
  expect(quoteGo('é😀', { ascii: true })).toBe('"\\u00e9\\U0001f600"')
  expect(['x', '"', "'", '\n', 'é'].map((letter) => quoteGoLetter(letter))).toEqual([
    "'x'",
    `'"'`,
    "'\\''",
    "'\\n'",
    "'é'",
  ])
})

test.each([
  ['"a\\"b"', 'a"b'],
  ["'it\\'s'", "it's"],
  ['`\\n`', '\\n'],
  ['"\\a\\b\\f\\n\\r\\t\\v\\\\"', '\x07\b\f\n\r\t\v\\'],
  ['"\\xc3\\xa9 \\303\\251 \\u00e9 \\U0001F600"', 'é é é 😀'],
])('%s holds %j', (quoted, text) => expect(unquoteGo(quoted, decodeStrictly)).toBe(text))

test.each(['"\\\'"', "'\\\"'", '"\\q"', '"\\x1"', '"\\400"', '"\\ud800"', '"\\U00110000"', '"\\"'])(
  '%s is refused',
  (quoted) => expect(unquoteGo(quoted, decodeKeepingBytes)).toBeUndefined(),
)

test('what is quoted is read back as itself', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, fc.boolean(), (text, ascii) =>
      expect(unquoteGo(quoteGo(text, { ascii }), decodeStrictly)).toBe(text),
    ),
  )
})

test('bytes that are no UTF-8 are refused, or kept and written as they were', () => {
  expect(unquoteGo('"\\xff"', decodeStrictly)).toBeUndefined()
  expect(decodeKeepingBytes(Buffer.from('éa😀'))).toBe('éa😀')
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = decodeKeepingBytes(bytes)
      const written = quoteGo(text)
      expect(unquoteGo(written, decodeKeepingBytes)).toBe(text)
      expect(unquoteGo(written, (found) => found.toString('hex'))).toBe(
        written.includes('\\') ? Buffer.from(bytes).toString('hex') : written.slice(1, -1),
      )
    }),
  )
})
