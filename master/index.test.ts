import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import type { Queues } from '#lib/queue/queue'
import { freshDatabase } from '#test/postgres'
import { until } from '#test/until'
import { type House, openHouse } from './fake/house.ts'

let queues: Queues
let house: House
let drop: () => Promise<void>
beforeAll(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }
  queues = await openQueues({ ...world, databaseUrl: fresh.url })
  // Loops that wake nobody in the time of the test: the queue has to.
  house = await openHouse({ queues }, ['--jobs.resume-every=1h'])
  await until(async () => (await house.ask('/v1/devices')).body.total === 7)
})
afterAll(async () => {
  await house.close()
  await queues.close()
  await drop()
})

test('on real queues a drain goes through all its waits without the help of the loop', async () => {
  const { id } = (await house.ask('/v1/devices?q=name=n2/sdb')).body.items[0]
  const { body: job } = await house.ask(`/v1/devices/${id}/actions/drain`, { body: {} })
  const ended = await until(async () => {
    const { body } = await house.ask(`/v1/jobs/${job.id}`)
    return body.finishedAt !== undefined && body
  })
  expect(ended).toMatchObject({ state: 'succeeded' })
  expect(ended.attempts).toBeGreaterThan(2)
  expect(house.engine.disks.get('n2-sdb')?.state).toBe('out')
})
