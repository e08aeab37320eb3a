/** A real process, a real disk, a real `kill -9`; more often: `npm run sim pushgateway/kill`. */
import { expect, test } from '@jest/globals'
import { fuzz } from './kill.fuzz.ts'

test('kill -9 under load loses no acknowledged push and leaves none half', async () => {
  const acknowledged = await fuzz({ seed: 20261121, count: 8, say: () => {} })
  expect(acknowledged).toBeGreaterThan(100)
})
