import { expect, test } from '@jest/globals'
import { fuzz } from './inspect.fuzz.ts'

test('three thousand damaged outputs break nothing, and most are still understood', async () => {
  const said: string[] = []
  await fuzz({ seed: 7, count: 3000, say: (text) => said.push(text) })
  const [, understood] = /: (\d+) understood/.exec(said.at(-1) ?? '') ?? []
  expect(Number(understood)).toBeGreaterThan(500)
})
