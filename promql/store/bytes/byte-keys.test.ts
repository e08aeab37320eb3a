import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createByteKeys, standsAt } from './byte-keys.ts'

const someKeys = fc.array(fc.uint8Array({ maxLength: 9, max: 2 }), { maxLength: 60 })

test('a key is found wherever its bytes stand, and no other is', () => {
  fc.assert(
    fc.property(someKeys, someKeys, (kept, asked) => {
      const keys = createByteKeys<number>()
      const model = new Map<string, number>()
      kept.forEach((key, i) => {
        keys.set(key, i)
        model.set(key.join(), i)
      })
      expect(keys.size).toBe(model.size)
      for (const key of [...kept, ...asked]) {
        const around = Buffer.concat([Buffer.from('abc'), key, Buffer.from('de')])
        expect(keys.get(around, 3, 3 + key.length)).toBe(model.get(key.join()))
        for (const other of kept) {
          const entry = keys.find(Buffer.from(other), 0, other.length)!
          const isIt = key.subarray(0, other.length).join() === other.join()
          expect(standsAt(entry, around.subarray(0, 3 + key.length), 3)).toBe(isIt)
        }
      }
    }),
  )
})

test('keys fill more than one block, and are forgotten together', () => {
  const keys = createByteKeys<number>()
  for (let i = 0; i < 4000; i++) keys.set(Buffer.from(`${i} ${'x'.repeat(600)}`), i)
  const asked = Buffer.from(`77 ${'x'.repeat(600)}`)
  expect(keys.get(asked, 0, asked.length)).toBe(77)
  keys.clear()
  expect(keys.size).toBe(0)
  expect(keys.get(asked, 0, asked.length)).toBeUndefined()
})
