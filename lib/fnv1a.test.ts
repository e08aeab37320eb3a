import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFnv1a } from './fnv1a.ts'

function hash(text: string): string {
  const fnv = createFnv1a()
  fnv.add(text)
  return fnv.digest()
}

test('the published vectors hold', () => {
  expect(hash('')).toBe('cbf29ce484222325')
  expect(hash('a')).toBe('af63dc4c8601ec8c')
  expect(hash('foobar')).toBe('85944171f73967e8')
})

test('any text hashes as in arithmetic of 64 bits over its bytes', () => {
  const plain = (text: string) => {
    let sum = 0xcbf29ce484222325n
    for (const byte of Buffer.from(text))
      sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n)
    return sum.toString(16).padStart(16, '0')
  }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => expect(hash(text)).toBe(plain(text))),
  )
})
