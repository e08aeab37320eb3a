import { expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { racksOfDisks } from './engine.conformance.ts'
import { createFakeEngine } from './fake/fake-engine.ts'
import { clusterFamilies, diskFamilies, engineFamilies } from './metrics.ts'

async function createEngine() {
  const engine = createFakeEngine(racksOfDisks(3, 2), systemClock)
  await engine.createPool({ name: 'gold', copies: 3, faultDomain: 'rack' })
  await engine.put('gold', 'k', Buffer.from('four'))
  return engine
}

const flat = (families: ReturnType<typeof engineFamilies>) =>
  families.flatMap(({ samples }) => samples)

test('a lost disk shows as down and failed, under its labels', async () => {
  const engine = await createEngine()
  engine.lose('r1-n2')
  const labels = { data_disk: 'r1-n2', node: 'r1-n2', rack: 'r1', device: 'sda' }
  const samples = flat(engineFamilies(engine))
  expect(samples).toContainEqual({ name: 'zstone_engine_data_disk_up', labels, value: 0 })
  const name = 'zstone_engine_data_disk_state'
  expect(samples).toContainEqual({ name, labels: { ...labels, state: 'failed' }, value: 1 })
  expect(samples).toContainEqual({ name, labels: { ...labels, state: 'in' }, value: 0 })
})

test('pools, operations and durations are there', async () => {
  const samples = flat(clusterFamilies(await createEngine()))
  const pool = 'gold'
  expect(samples).toContainEqual({
    name: 'zstone_engine_pool_objects',
    labels: { pool },
    value: 1,
  })
  expect(samples).toContainEqual({
    name: 'zstone_engine_operations_total',
    labels: { pool, operation: 'put', result: 'ok' },
    value: 1,
  })
  expect(samples).toContainEqual({
    name: 'zstone_engine_operation_seconds_bucket',
    labels: { operation: 'put', le: '+Inf' },
    value: 1,
  })
})

test('a node pushes its own disks only, and both halves make the whole', async () => {
  const engine = await createEngine()
  const own = flat(diskFamilies(engine, 'r2-n1'))
  expect(new Set(own.map(({ labels }) => labels['data_disk']))).toEqual(new Set(['r2-n1']))
  const nodes = racksOfDisks(3, 2).flatMap(({ node }) => flat(diskFamilies(engine, node)))
  const whole = flat(engineFamilies(engine))
  expect(nodes.length + flat(clusterFamilies(engine)).length).toBe(whole.length)
})
