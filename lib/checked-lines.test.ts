import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFakeDisk } from '#test/fake-disk'
import { checkedLine, readCheckedLines } from './checked-lines.ts'

async function fileOf(...parts: readonly Uint8Array[]) {
  const disk = createFakeDisk()
  const file = await disk.open('/f/lines')
  for (const part of parts) await file.append(part)
  await file.close()
  return readCheckedLines(disk, '/f/lines')
}

test('what was written is read, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), async (values) => {
      const kept = JSON.parse(JSON.stringify(values)) as unknown[]
      expect(await fileOf(...kept.map(checkedLine))).toEqual(kept)
    }),
  )
})

test('a torn tail is left out, wherever it is torn', async () => {
  const whole = checkedLine({ told: 1 })
  const torn = checkedLine({ told: 2 })
  for (let size = 0; size < torn.length - 1; size++)
    expect(await fileOf(whole, torn.subarray(0, size))).toEqual([{ told: 1 }])
})
