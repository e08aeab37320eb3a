import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import type { World } from '../world.ts'
import { createPresence } from './presence.ts'

function opened() {
  const clock = createManualClock()
  const told: string[] = []
  const error = (fields: object) => void told.push((fields as { error: string }).error)
  const world = { clock, log: { ...silentLog, error }, metrics: createMetrics() }
  const presence = createPresence(world as unknown as World)
  presence.opened()
  const away = async (reason: string) => {
    presence.leave(new Error(reason))
    await presence.comeBack()
  }
  return { clock, told, away }
}

test('a store that answers and takes nothing is told of once a minute, not each time', async () => {
  const { clock, told, away } = opened()
  for (let i = 0; i < 200; i++) {
    await away(`could not extend file "base/${i}": No space left on device`)
    await clock.advance(300)
  }
  expect(told).toHaveLength(1)
  await clock.advance(60_000)
  await away('could not extend file "base/7": No space left on device')
  expect(told).toHaveLength(2)
})

test('another reason is told at once', async () => {
  const { told, away } = opened()
  await away('No space left on device')
  await away('connect ECONNREFUSED')
  expect(told).toEqual(['No space left on device', 'connect ECONNREFUSED'])
})
