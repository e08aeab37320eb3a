import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { alert as alertKind } from '#api/kinds/alert'
import { device as deviceKind } from '#api/kinds/device'
import { pool as poolKind } from '#api/kinds/pool'
import { createFakeEngine, type FakeEngine } from '../fake/engine.ts'
import { follow } from '../loops/sync-topology.ts'
import { idOf } from '../store/drafts.ts'
import { createResources, type Resources } from '../store/resources.ts'
import { type Bench, openBench } from '../workflow/bench.conformance.ts'
import type { Machine } from '../workflow/machine.ts'
import { dieAtEachWrite, failAtEachStep } from '../workflow/workflow.conformance.ts'
import { createPool } from './create-pool.ts'
import { deletePool } from './delete-pool.ts'
import { drainDevice } from './drain-device.ts'
import { workflows } from './index.ts'
import type { WorkflowNeeds } from './needs.ts'

let bench: Bench
let resources: Resources
beforeAll(async () => {
  bench = await openBench()
  resources = createResources(bench.sql, bench.clock)
})
afterAll(() => bench.close())
beforeEach(() => bench.sql.deleteFrom('job').execute())

const topology = { cluster: 'home', nodes: [] }
const drain = { parallelMax: 1, lookEveryMs: 1000, timeoutMs: 600_000, proofsMax: 3 }
const sdb = idOf('device', 'n2/sdb')

async function freshWorld(): Promise<FakeEngine> {
  const engine = createFakeEngine()
  await follow({ resources, topology, engine })
  return engine
}

const needsOf = (engine: FakeEngine): WorkflowNeeds => ({
  engine,
  resources,
  drain,
  jobs: bench.jobs,
})
const machineOf = (engine: FakeEngine) =>
  bench.machine(workflows.map((build) => build(needsOf(engine))))

const drainOrder = { workflow: 'drain device', requestedBy: 'api', input: { device: sdb } }
const startDrain = async (machine: Machine, requestedBy = 'api', device = sdb) =>
  (
    await machine.start({
      ...drainOrder,
      requestedBy,
      subject: `device/${device}`,
      input: { device },
    })
  ).job

const stepOf = async (jobId: string, name: string) =>
  (await bench.jobs.steps(jobId)).find((step) => step.name === name)

describe('drain device', () => {
  const trial = {
    freshWorld,
    workflow: (engine: FakeEngine) => drainDevice(needsOf(engine)),
    input: () => ({ device: sdb }),
  }

  test('moves the data, proves redundancy, and takes the device out', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const job = await startDrain(machine)
    await machine.run(job.id)
    expect(await bench.jobs.get(job.id)).toMatchObject({
      state: 'waiting',
      step: 'move data',
      progress: {
        text: '2 objects and 20 bytes are left to copy',
        figures: { objectsLeft: 2, bytesLeft: 20, copiesMade: 1 },
      },
    })
    expect(await bench.finish(machine, job.id)).toMatchObject({ state: 'succeeded', error: null })
    expect(engine.journal).toEqual(['drain n2-sdb', 'retire n2-sdb'])
    expect((await stepOf(job.id, 'move data'))?.made).toEqual({ copiesMade: 3 })
    expect((await stepOf(job.id, 'prove redundancy'))?.made).toMatchObject({
      proof: { pools: 1, objects: 9, copies: 27, missing: 0 },
    })
    expect((await resources.get(deviceKind, sdb))?.fields.state).toBe('out')
  })

  test('that fails at any step puts the device back, or goes on once it is retired', async () => {
    await failAtEachStep({ bench, ...trial }, (engine, step, job) => {
      const isPast = step === 'retire' || step === 'record'
      expect([step, job.state]).toEqual([step, isPast ? 'succeeded' : 'failed'])
      expect(engine.disks.get('n2-sdb')?.state).toBe(isPast ? 'out' : 'in')
    })
  })

  test('whose process dies at any write ends as if nothing had happened', async () => {
    await dieAtEachWrite({ bench, ...trial }, (engine, job) => {
      expect(job).toMatchObject({ state: 'succeeded' })
      expect(engine.disks.get('n2-sdb')?.state).toBe('out')
      expect(engine.journal).not.toContain('undrain n2-sdb')
    })
  })

  test('takes a dead device out too', async () => {
    const engine = await freshWorld()
    Object.assign(engine.disks.get('n2-sdb')!, { state: 'failed', up: false })
    const machine = machineOf(engine)
    const job = await startDrain(machine)
    expect((await bench.finish(machine, job.id)).state).toBe('succeeded')
    expect(engine.disks.get('n2-sdb')?.state).toBe('out')
  })

  test('is refused with the reasons when redundancy could not be kept', async () => {
    const engine = await freshWorld()
    engine.against = ['pool gold needs 3 racks and would have 2']
    const machine = machineOf(engine)
    const job = await startDrain(machine)
    expect(await bench.finish(machine, job.id)).toMatchObject({
      state: 'failed',
      error: { code: 'DRAIN_REFUSED', message: expect.stringContaining('needs 3 racks') },
    })
    expect(engine.journal).toEqual([])
  })

  test('waits for redundancy, and puts the device back when it cannot be proved', async () => {
    const engine = await freshWorld()
    engine.unsoundProofs = 2
    const machine = machineOf(engine)
    const lucky = await startDrain(machine)
    expect((await bench.finish(machine, lucky.id)).state).toBe('succeeded')

    const other = await freshWorld()
    other.unsoundProofs = 3
    const second = machineOf(other)
    const job = await startDrain(second)
    expect(await bench.finish(second, job.id)).toMatchObject({
      state: 'failed',
      error: {
        code: 'REDUNDANCY_NOT_PROVED',
        message: expect.stringContaining('pool gold has copies 2 missing after 3 checks'),
      },
    })
    expect(other.disks.get('n2-sdb')?.state).toBe('in')
  })

  test('of a device being drained answers that job, of one that is out ends at once', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const first = await startDrain(machine)
    await machine.run(first.id)
    expect((await startDrain(machine)).id).toBe(first.id)
    await bench.finish(machine, first.id)
    const again = await startDrain(machine)
    expect(again.id).not.toBe(first.id)
    expect(await bench.finish(machine, again.id)).toMatchObject({
      state: 'succeeded',
      progress: { text: 'Data disk n2-sdb is out already' },
    })
    expect(engine.journal).toEqual(['drain n2-sdb', 'retire n2-sdb'])
  })

  test('of a device without a data disk fails with the reason', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const job = await startDrain(machine, 'api', idOf('device', 'n9/sdz'))
    expect((await bench.finish(machine, job.id)).error?.code).toBe('DEVICE_WITHOUT_DATA_DISK')
  })

  test('that an alert began waits for its turn; one that people order does not', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const [sda3, sdb3] = [idOf('device', 'n3/sda'), idOf('device', 'n3/sdb')]
    const first = await startDrain(machine, 'alert/00000000-0000-8000-8000-000000000001')
    await bench.clock.advance(1)
    const second = await startDrain(machine, 'alert/00000000-0000-8000-8000-000000000002', sdb3)
    await bench.clock.advance(1)
    const byHand = await startDrain(machine, 'api', sda3)
    for (const { id } of [second, first, byHand]) await machine.run(id)
    expect(await bench.jobs.get(second.id)).toMatchObject({
      step: 'wait for turn',
      progress: { text: '1 drains began earlier; at most 1 run at once' },
    })
    expect((await bench.jobs.get(byHand.id))?.step).toBe('move data')
    await bench.finish(machine, first.id)
    expect((await bench.finish(machine, second.id)).state).toBe('succeeded')
  })

  test('does nothing when its alert was resolved before its turn', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const alertId = '00000000-0000-8000-8000-00000000000a'
    const startsAt = '2026-11-21T00:00:00.000Z'
    const labels = { alertname: 'DiskFailing' }
    await resources.put(alertKind, [
      {
        id: alertId,
        name: 'DiskFailing',
        fields: { state: 'resolved', fingerprint: 'ab', labels, annotations: {}, startsAt },
      },
    ])
    const job = await startDrain(machine, `alert/${alertId}`)
    expect((await bench.finish(machine, job.id)).progress?.text).toMatch('resolved before its turn')
    expect(engine.journal).toEqual([])
  })
})

describe('create pool', () => {
  const trial = {
    freshWorld,
    workflow: (engine: FakeEngine) => createPool(needsOf(engine)),
    input: () => ({ name: 'silver', copies: 2, faultDomain: 'rack' }),
  }
  const silver = () => resources.named(poolKind, 'silver')

  test('that fails at any step leaves no pool', async () => {
    await failAtEachStep({ bench, ...trial }, async (engine, _, job) => {
      expect(job.state).toBe('failed')
      expect([...engine.pools.keys()]).toEqual(['gold'])
      expect(await silver()).toBeUndefined()
    })
  })

  test('whose process dies at any write makes one pool', async () => {
    await dieAtEachWrite({ bench, ...trial }, async (engine, job) => {
      expect(job).toMatchObject({ state: 'succeeded' })
      expect(engine.journal).toEqual(['create silver'])
      expect((await silver())?.fields).toMatchObject({ copies: 2, objects: 0 })
    })
  })

  test('of a name that there is fails and leaves the pool alone', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const input = { name: 'gold', copies: 2, faultDomain: 'rack' }
    const order = { workflow: 'create pool', subject: 'pool/gold', requestedBy: 'api', input }
    const { job } = await machine.start(order)
    expect((await bench.finish(machine, job.id)).error?.code).toBe('POOL_EXISTS')
    expect(engine.journal).toEqual([])
  })
})

describe('delete pool', () => {
  const trial = {
    freshWorld: async () => {
      const engine = createFakeEngine()
      await engine.createPool({ name: 'empty', copies: 2, faultDomain: 'rack' })
      await follow({ resources, topology, engine })
      return engine
    },
    workflow: (engine: FakeEngine) => deletePool(needsOf(engine)),
    input: () => ({ id: idOf('pool', 'empty'), name: 'empty' }),
  }

  test('that fails before the engine acts changes nothing, after it the pool is gone', async () => {
    await failAtEachStep({ bench, ...trial }, async (engine, step, job) => {
      const isGone = step === 'forget'
      expect(job.state).toBe(isGone ? 'succeeded' : 'failed')
      expect(engine.pools.has('empty')).toBe(!isGone)
      expect((await resources.named(poolKind, 'empty')) === undefined).toBe(isGone)
    })
  })

  test('whose process dies at any write deletes the pool', async () => {
    await dieAtEachWrite({ bench, ...trial }, (engine, job) => {
      expect(job).toMatchObject({ state: 'succeeded' })
      expect(engine.journal).toEqual(['create empty', 'delete empty'])
    })
  })

  test('that holds objects is refused', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const input = { id: idOf('pool', 'gold'), name: 'gold' }
    const order = { workflow: 'delete pool', subject: 'pool/gold', requestedBy: 'api', input }
    const { job } = await machine.start(order)
    expect((await bench.finish(machine, job.id)).error?.message).toBe(
      'Cannot delete pool "gold": it holds 9 objects; delete them first',
    )
    expect([...engine.pools.keys()]).toEqual(['gold'])
  })
})

describe('verify pool', () => {
  const order = {
    workflow: 'verify pool',
    subject: 'pool/gold',
    requestedBy: 'api',
    input: { name: 'gold' },
  }

  test('of a sound pool gives the figures of what was read', async () => {
    const engine = await freshWorld()
    const machine = machineOf(engine)
    const { job } = await machine.start(order)
    expect(await bench.finish(machine, job.id)).toMatchObject({ state: 'succeeded' })
    const made = (await stepOf(job.id, 'read every copy'))?.made
    expect(made).toMatchObject({ proof: { pool: 'gold', corrupt: 0, missing: 0 } })
  })

  test('of a pool with bad copies fails and counts them', async () => {
    const engine = await freshWorld()
    const machine = machineOf({
      ...engine,
      verifyPool: async (pool) => ({ ...(await engine.verifyPool(pool)), missing: 2, corrupt: 1 }),
    })
    const { job } = await machine.start(order)
    const ended = await bench.finish(machine, job.id)
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'POOL_UNSOUND' } })
    expect(ended.error?.message).toContain('2 are missing, 1 corrupt')
  })
})
