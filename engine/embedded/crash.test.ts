import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import { until } from '#test/until'
import { racksOfDisks } from '../engine.conformance.ts'
import { type Engine, isSound } from '../engine.ts'
import { createMemoryFileSystem, type MemoryFileSystem } from './device/fake/memory-file-system.ts'
import { createMortalProcess } from './device/fake/mortal-process.ts'
import type { FileSystem } from './device/file-system.ts'
import { openEmbeddedEngine } from './embedded-engine.ts'

interface Step {
  readonly key: string
  /** Size of the bytes to put; undefined deletes. */
  readonly sizeBytes: number | undefined
}

/** What a key may hold: what was acknowledged last, or what was asked since and never answered. */
type Allowed = Map<string, Set<string>>

const step: fc.Arbitrary<Step> = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  sizeBytes: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined, freq: 3 }),
})

const absent = 'absent'

test('after a crash at any point every acknowledged write is there, and no other bytes', async () => {
  const life = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 12 }), at: fc.nat(60) })
  await fc.assert(
    fc.asyncProperty(fc.array(life, { maxLength: 4 }), fc.nat(), async (lives, seed) => {
      const world = createWorld(seed)
      for (const { steps, at } of lives) await liveAndCrash(world, { steps, crashAt: at })
      await expectAllThere(world)
    }),
    { numRuns: 150, endOnFailure: true },
  )
})

test('a disk that lies about its syncs costs nothing while the others do not', async () => {
  const life = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 12 }), at: fc.nat(60) })
  await fc.assert(
    fc.asyncProperty(fc.array(life, { maxLength: 3 }), fc.nat(), async (lives, seed) => {
      const world = createWorld(seed)
      world.disk.lieAboutSyncs(`/disks/r${(seed % 3) + 1}-n1/segments`)
      for (const { steps, at } of lives) await liveAndCrash(world, { steps, crashAt: at })
      // Old segments are not read at the start, so only a scrub finds what the disk lost of them.
      await expectAllThere(world, { scrub: true })
    }),
    { numRuns: 60, endOnFailure: true },
  )
})

test('a disk that errs in the middle of writes, then a crash: what was acknowledged stays', async () => {
  const scenario = fc.record({
    steps: fc.array(step, { minLength: 4, maxLength: 20 }),
    failAt: fc.nat(30),
    crashAt: fc.nat(80),
    code: fc.constantFrom('EIO', 'ENOSPC', 'EROFS'),
    operation: fc.constantFrom('write' as const, 'sync' as const, 'read' as const),
    disk: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(scenario, async ({ steps, failAt, crashAt, code, operation, disk, seed }) => {
      const world = createWorld(seed)
      const folder = `/disks/r${disk}-n1`
      const fail = () => world.disk.fail(folder, operation, code)
      await liveAndCrash(world, { steps, crashAt, failAt, fail })
      world.disk.fail(folder, operation, undefined)
      await liveAndCrash(world, { steps: steps.slice(0, 3), crashAt: 1000 })
      await expectAllThere(world)
    }),
    { numRuns: 150, endOnFailure: true },
  )
})

interface World {
  readonly disk: MemoryFileSystem
  readonly random: ReturnType<typeof seededRandom>
  readonly allowed: Allowed
  writes: number
}

function createWorld(seed: number): World {
  const random = seededRandom(seed)
  return { disk: createMemoryFileSystem(random), random, allowed: new Map(), writes: 0 }
}

function openOn(world: World, fileSystem: FileSystem = world.disk) {
  return openEmbeddedEngine({
    dataDisks: racksOfDisks(3, 1),
    pools: [{ name: 'gold', copies: 3, faultDomain: 'rack', placementGroups: 4 }],
    clock: systemClock,
    random: world.random,
    log: silentLog,
    fileSystem,
    probeEveryMs: 5,
    segmentBytes: 4096,
  })
}

async function liveAndCrash(
  world: World,
  plan: { steps: readonly Step[]; crashAt: number; failAt?: number; fail?: () => void },
): Promise<void> {
  const life = createMortalProcess(world.disk)
  let mutations = 0
  world.disk.onMutation(() => {
    mutations++
    if (mutations === plan.failAt) plan.fail?.()
    if (mutations < plan.crashAt) return
    life.kill()
    throw new Error('the power failed')
  })
  const engine = await openOn(world, life.fileSystem).catch(() => undefined)
  if (engine !== undefined) {
    await Promise.all(byKey(plan.steps).map((steps) => inTurn(world, engine, steps)))
    life.kill()
    await engine.close()
  }
  world.disk.crash()
}

/** Steps of one key one after the other, of different keys side by side. */
function byKey(steps: readonly Step[]): readonly (readonly Step[])[] {
  return [...Map.groupBy(steps, ({ key }) => key).values()]
}

async function inTurn(world: World, engine: Engine, steps: readonly Step[]): Promise<void> {
  for (const { key, sizeBytes } of steps) {
    const value = sizeBytes === undefined ? absent : `${++world.writes}:`.padEnd(sizeBytes, '#')
    const allowed = world.allowed.get(key) ?? new Set([absent])
    allowed.add(value)
    world.allowed.set(key, allowed)
    try {
      if (sizeBytes === undefined) await engine.delete('gold', key)
      else await engine.put('gold', key, Buffer.from(value))
      world.allowed.set(key, new Set([value]))
    } catch {
      // Not acknowledged: the old and the new are both right from now on.
    }
  }
}

async function expectAllThere(world: World, { scrub = false } = {}): Promise<void> {
  const seen = new Map<string, string>()
  await withEngine(world, async (engine) => {
    for (const [key, allowed] of world.allowed) {
      const value = (await engine.get('gold', key))?.bytes.toString() ?? absent
      expect(allowed).toContain(value)
      seen.set(key, value)
    }
    await until(() => {
      const { dataDisks, recovery } = engine.status()
      return recovery.groupsLeft === 0 && dataDisks.every(({ up }) => up)
    })
    if (scrub) await engine.scrubPool('gold')
    const proof = await engine.verifyPool('gold')
    expect({ proof, isSound: isSound(proof) }).toEqual({ proof, isSound: true })
    const listed = (await engine.list('gold')).objects.map(({ key }) => key)
    const there = [...seen].filter(([, value]) => value !== absent)
    expect(listed).toEqual(there.map(([key]) => key).sort())
  })
  await withEngine(world, async (engine) => {
    for (const [key, value] of seen)
      expect((await engine.get('gold', key))?.bytes.toString() ?? absent).toBe(value)
  })
}

async function withEngine(world: World, run: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await openOn(world)
  try {
    await run(engine)
  } finally {
    await engine.close()
  }
}
