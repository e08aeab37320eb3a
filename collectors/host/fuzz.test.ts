import { expect, test } from '@jest/globals'
import { fuzz } from './host.fuzz.ts'

test('damaged files of /proc and /sys crash nothing and give no value that is no number', async () => {
  const said: string[] = []
  await fuzz({ seed: 5, count: 3000, say: (text) => said.push(text) })
  expect(said.join()).toMatch(/^3000 inputs of \d\d files/)
})
