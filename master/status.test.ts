import { expect, test } from '@jest/globals'
import { createFakeEngine } from './fake/engine.ts'
import { worstOf } from './health.ts'
import { masterStatus } from './status.ts'

const topology = { cluster: 'home', nodes: [] }
const noJobs = { newest: async () => [] }

test('a cluster with nothing amiss is ok, and shows its nodes with their devices', async () => {
  const status = await masterStatus({ engine: createFakeEngine(), topology, jobs: noJobs })
  expect(status).toMatchObject({ health: 'ok', reasons: [] })
  expect(status.nodes.map(({ name, devices }) => [name, devices.length])).toEqual([
    ['n1', 2],
    ['n2', 2],
    ['n3', 2],
  ])
})

test('missing copies, dead devices and unreadable objects are told in figures', async () => {
  const engine = createFakeEngine()
  const gold = engine.pools.get('gold')!
  engine.pools.set('gold', { ...gold, objectsDegraded: 3 })
  Object.assign(engine.disks.get('n1-sda')!, { state: 'failed', up: false, reason: 'no answer' })
  const worse = await masterStatus({ engine, topology, jobs: noJobs })
  expect(worse.health).toBe('warning')
  expect(worse.reasons).toEqual([
    'Pool gold: 3 objects lack copies',
    'Device n1/sda does not answer: no answer',
  ])
  engine.pools.set('gold', { ...gold, objectsUnavailable: 1 })
  const worst = await masterStatus({ engine, topology, jobs: noJobs })
  expect([worst.health, worst.reasons[0]]).toEqual([
    'critical',
    'Pool gold: 1 objects cannot be read',
  ])
})

test('with the database away the status shows what is in memory, and what is missing', async () => {
  const jobs = { newest: () => Promise.reject(new Error('connection refused')) }
  const status = await masterStatus({ engine: createFakeEngine(), topology, jobs })
  expect(status).toMatchObject({
    health: 'warning',
    reasons: ['Cannot read the jobs: connection refused'],
    ages: [
      { source: 'engine', stale: false },
      { source: 'jobs', stale: true },
    ],
  })
  expect(status.nodes).toHaveLength(3)
})

test('the worst of several healths counts', () => {
  expect([worstOf(), worstOf('ok', 'unknown'), worstOf('warning', 'unknown', 'ok')]).toEqual([
    'ok',
    'unknown',
    'warning',
  ])
})
