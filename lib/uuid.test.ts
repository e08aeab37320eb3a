import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseUuid, uuidOf } from '#lib/uuid'

test('the same parts give the same id, and parts do not run into each other', () => {
  expect(uuidOf('node', 'n1')).toBe(uuidOf('node', 'n1'))
  expect(uuidOf('node', 'n1')).not.toBe(uuidOf('noden', '1'))
})

test('an id made from parts is a UUID of version 8', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (parts) => {
      const id = uuidOf(...parts)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(parseUuid(id)).toBe(id)
      expect(parseUuid(id.replace(/-/g, '').toUpperCase())).toBe(id)
    }),
  )
})

test.each(['', 'x', '123', '00000000-0000-0000-0000-00000000000g', '0-'.repeat(16)])(
  '%j is no UUID',
  (text) => expect(parseUuid(text)).toBeUndefined(),
)
