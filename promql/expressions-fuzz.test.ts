import { expect, test } from '@jest/globals'
import { fuzz } from './expressions.fuzz.ts'

test('any text is refused with a place, or answered within its bounds', async () => {
  const tally = await fuzz({ seed: 11, count: 2000, say: () => {}, withPeers: false })
  expect(tally.answered).toBeGreaterThan(1000)
})
