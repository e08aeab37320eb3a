import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sizedSize, varintSize, WireWriter } from './wire-writer.ts'

/** Seven bits a byte, the lowest first. */
function varintOf(bytes: Buffer): number {
  return bytes.reduceRight((value, byte) => value * 128 + (byte & 127), 0)
}

test('a whole number takes as many bytes as were foretold, and comes back', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const to = new WireWriter(1)
      to.varint(value)
      expect(to.sizeBytes).toBe(varintSize(value))
      expect(varintOf(to.take())).toBe(value)
    }),
  )
})

test('a nested message has its length before it, however long it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const [nested, measured] = [new WireWriter(1), new WireWriter()]
      nested.nested(0x0a, () => nested.text(0x12, text))
      const length = sizedSize(Buffer.byteLength(text))
      measured.byte(0x0a)
      measured.varint(length)
      measured.sized(0x12, Buffer.from(text))
      expect(nested.take()).toEqual(measured.take())
    }),
  )
})

test('numbers, letters and copies follow each other, and a copy outlives what comes next', () => {
  const to = new WireWriter(1)
  to.double(1.5)
  to.letters('le')
  to.copy(Buffer.from('abcd'), 1, 3)
  const kept = to.takeCopy()
  to.raw(Buffer.alloc(100, 1))
  expect(kept).toEqual(
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0xf8, 0x3f]), Buffer.from('lebc')]),
  )
})
