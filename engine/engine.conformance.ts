/** What every driver must do. A driver's test is ten lines: how to open one, lose a disk, close. */
import { describe, expect, test } from '@jest/globals'
import { until } from '#test/until'
import { type DataDisk, type Engine, isSound, type PoolSpec } from './engine.ts'

export interface Subject {
  readonly engine: Engine
  /** The disk stops answering, all of it at once. */
  lose(dataDiskId: string): Promise<void>
  /** It answers again, with what it held. */
  bringBack(dataDiskId: string): Promise<void>
  close(): Promise<void>
}

export type OpenSubject = (dataDisks: readonly DataDisk[]) => Promise<Subject>

/** Racks of nodes of one data disk each: `r1-n1`, `r1-n2`, `r2-n1`, … */
export function racksOfDisks(racks: number, nodesPerRack: number, sizeBytes = 2 ** 28): DataDisk[] {
  return Array.from({ length: racks * nodesPerRack }, (_, i) => {
    const rack = `r${Math.floor(i / nodesPerRack) + 1}`
    const node = `${rack}-n${(i % nodesPerRack) + 1}`
    return {
      id: node,
      datacentre: 'dc1',
      rack,
      node,
      device: 'sda',
      path: `/disks/${node}`,
      sizeBytes,
    }
  })
}

const gold: PoolSpec = { name: 'gold', copies: 3, faultDomain: 'rack', placementGroups: 16 }

export function conformance(name: string, open: OpenSubject): void {
  const withEngine = (disks: DataDisk[], run: (subject: Subject) => Promise<void>) => async () => {
    const subject = await open(disks)
    try {
      await run(subject)
    } finally {
      await subject.close()
    }
  }
  const threeRacks = () => racksOfDisks(3, 2)

  describe(name, () => {
    test(
      'what was put is got, listed and deleted',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        const put = await engine.put('gold', 'a/1', Buffer.from('one'))
        expect(put).toMatchObject({ key: 'a/1', sizeBytes: 3 })
        expect((await engine.get('gold', 'a/1'))?.bytes.toString()).toBe('one')
        expect(await engine.head('gold', 'a/1')).toEqual(put)
        await engine.put('gold', 'a/1', Buffer.from('two'))
        expect((await engine.get('gold', 'a/1'))?.bytes.toString()).toBe('two')
        expect((await engine.head('gold', 'a/1'))?.etag).not.toBe(put.etag)
        expect((await engine.list('gold')).objects.map(({ key }) => key)).toEqual(['a/1'])
        expect(await engine.delete('gold', 'a/1')).toBe(true)
        expect(await engine.delete('gold', 'a/1')).toBe(false)
        expect(await engine.get('gold', 'a/1')).toBeUndefined()
        expect(await engine.head('gold', 'a/1')).toBeUndefined()
        expect((await engine.list('gold')).objects).toEqual([])
      }),
    )

    test(
      'an empty object and one that was overwritten with less are exact',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        await engine.put('gold', 'x', Buffer.alloc(100_000, 7))
        await engine.put('gold', 'x', Buffer.alloc(0))
        expect((await engine.get('gold', 'x'))?.bytes).toEqual(Buffer.alloc(0))
        expect(engine.status().pools[0]).toMatchObject({ objects: 1, bytes: 0 })
      }),
    )

    test(
      'a list goes page by page in order and keeps to its prefix',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        const keys = Array.from({ length: 25 }, (_, i) => `logs/${String(i).padStart(2, '0')}`)
        for (const key of [...keys, 'a', 'logs', 'logs0', 'z'])
          await engine.put('gold', key, Buffer.from(key))
        const seen: string[] = []
        let after: string | undefined
        do {
          const page = await engine.list('gold', { prefix: 'logs/', after, limit: 10 })
          expect(page.objects.length).toBeLessThanOrEqual(10)
          seen.push(...page.objects.map(({ key }) => key))
          after = page.next
        } while (after !== undefined)
        expect(seen).toEqual(keys)
      }),
    )

    test(
      'a key or an object beyond the limits is refused',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        const refusal = (code: string) => expect.objectContaining({ code })
        const put = (key: string) => engine.put('gold', key, Buffer.from('x'))
        await expect(put('')).rejects.toEqual(refusal('OBJECT_KEY_INVALID'))
        await expect(put('é'.repeat(513))).rejects.toEqual(refusal('OBJECT_KEY_INVALID'))
        await expect(put('\ud800')).rejects.toEqual(refusal('OBJECT_KEY_INVALID'))
        await put('é'.repeat(512))
        const large = Buffer.alloc(64 * 1024 * 1024 + 1)
        await expect(engine.put('gold', 'k', large)).rejects.toEqual(refusal('OBJECT_TOO_LARGE'))
        await expect(engine.get('lead', 'k')).rejects.toEqual(refusal('POOL_UNKNOWN'))
      }),
    )

    test(
      'a pool that the topology cannot satisfy is refused, saying what is missing',
      withEngine(racksOfDisks(2, 2), async ({ engine }) => {
        const refused = engine.createPool(gold)
        await expect(refused).rejects.toMatchObject({
          code: 'POOL_UNPLACEABLE',
          details: { pool: 'gold', copies: 3, found: 2, faultDomain: 'rack' },
        })
        await engine.createPool({ ...gold, faultDomain: 'node' })
        await expect(engine.createPool({ ...gold, faultDomain: 'node' })).rejects.toMatchObject({
          code: 'POOL_EXISTS',
        })
      }),
    )

    test(
      'a pool is deleted only when it is empty, and takes nothing of others with it',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        await engine.createPool({ ...gold, name: 'silver', copies: 2 })
        await engine.put('gold', 'k', Buffer.from('gold'))
        await engine.put('silver', 'k', Buffer.from('silver'))
        await expect(engine.deletePool('gold')).rejects.toMatchObject({ code: 'POOL_NOT_EMPTY' })
        await engine.delete('gold', 'k')
        await engine.deletePool('gold')
        expect(engine.status().pools.map((pool) => pool.name)).toEqual(['silver'])
        expect((await engine.get('silver', 'k'))?.bytes.toString()).toBe('silver')
      }),
    )

    test(
      'a pool keeps every object when one rack is lost',
      withEngine(threeRacks(), async ({ engine, lose }) => {
        await engine.createPool(gold)
        const written = await fill(engine, 'gold', 60)
        await lose('r2-n1')
        await lose('r2-n2')
        await until(() => disksIn(engine, 'failed') === 2)
        await expectAll(engine, 'gold', written)
        await engine.put('gold', 'after', Buffer.from('the loss'))
        expect((await engine.get('gold', 'after'))?.bytes.toString()).toBe('the loss')
        const [pool] = engine.status().pools
        expect(pool).toMatchObject({ objects: 61, objectsDegraded: 61, objectsUnavailable: 0 })
      }),
    )

    test(
      'after the loss of a disk redundancy comes back by itself',
      withEngine(threeRacks(), async ({ engine, lose }) => {
        await engine.createPool(gold)
        const written = await fill(engine, 'gold', 60)
        await lose('r1-n1')
        await until(() => disksIn(engine, 'failed') === 1 && isWhole(engine))
        const proof = await engine.verifyPool('gold')
        expect(isSound(proof)).toBe(true)
        expect(proof).toMatchObject({ objects: 60, copies: 180 })
        await expectAll(engine, 'gold', written)
      }),
    )

    test(
      'with too few copies writes are refused, and what no copy answers for is unavailable',
      withEngine(racksOfDisks(3, 1), async ({ engine, lose }) => {
        await engine.createPool({ ...gold, copies: 2, copiesMin: 2 })
        const written = await fill(engine, 'gold', 30)
        await lose('r3-n1')
        await until(() => disksIn(engine, 'failed') === 1 && isWhole(engine))
        await expectAll(engine, 'gold', written)
        await lose('r2-n1')
        await until(() => !engine.status().dataDisks.find(({ id }) => id === 'r2-n1')?.up)
        for (const [key, bytes] of written)
          expect((await engine.get('gold', key))?.bytes).toEqual(bytes)
        await expect(engine.put('gold', 'k', Buffer.from('x'))).rejects.toMatchObject({
          status: 503,
        })
      }),
    )

    test(
      'a disk that comes back does not bring old bytes back',
      withEngine(threeRacks(), async ({ engine, lose, bringBack }) => {
        await engine.createPool(gold)
        const written = await fill(engine, 'gold', 40)
        await lose('r3-n2')
        await until(() => disksIn(engine, 'failed') === 1)
        for (const [key] of [...written].slice(0, 10)) {
          const bytes = Buffer.from(`new ${key}`)
          await engine.put('gold', key, bytes)
          written.set(key, bytes)
        }
        for (const [key] of [...written].slice(10, 20)) {
          await engine.delete('gold', key)
          written.delete(key)
        }
        await bringBack('r3-n2')
        await until(() => disksIn(engine, 'in') === 6 && isWhole(engine))
        expect(isSound(await engine.verifyPool('gold'))).toBe(true)
        await expectAll(engine, 'gold', written)
        expect((await engine.list('gold')).objects.length).toBe(30)
      }),
    )

    test(
      'a drained disk is retired once nothing depends on it, and not before',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        const written = await fill(engine, 'gold', 60)
        await expect(engine.retire('r1-n1')).rejects.toMatchObject({ code: 'DATA_DISK_IN_USE' })
        expect(await engine.canDrain('r1-n1')).toEqual({ ok: true, reasons: [] })
        await engine.drain('r1-n1')
        await engine.drain('r1-n1')
        await until(async () => (await engine.drainProgress('r1-n1')).done)
        expect(await engine.drainProgress('r1-n1')).toMatchObject({
          state: 'draining',
          objectsLeft: 0,
          bytesLeft: 0,
        })
        expect(isSound(await engine.verifyPool('gold'))).toBe(true)
        await engine.retire('r1-n1')
        await engine.retire('r1-n1')
        expect(engine.status().dataDisks.find(({ id }) => id === 'r1-n1')?.state).toBe('out')
        await expectAll(engine, 'gold', written)
        await expect(engine.drain('r1-n1')).rejects.toMatchObject({ code: 'DATA_DISK_OUT' })
      }),
    )

    test(
      'a disk whose loss would break a pool cannot be drained, and says why with figures',
      withEngine(racksOfDisks(3, 1), async ({ engine }) => {
        await engine.createPool(gold)
        const verdict = await engine.canDrain('r2-n1')
        expect(verdict.ok).toBe(false)
        expect(verdict.reasons).toEqual(['Pool "gold" needs 3 racks, 2 would be left'])
        await engine.put('gold', 'k', Buffer.from('x'))
        await engine.drain('r2-n1')
        expect(await engine.drainProgress('r2-n1')).toMatchObject({ done: false })
        await expect(engine.retire('r2-n1')).rejects.toMatchObject({ code: 'DATA_DISK_IN_USE' })
        await engine.undrain('r2-n1')
        expect(isSound(await engine.verifyPool('gold'))).toBe(true)
      }),
    )

    test(
      'an added disk takes its share, and redundancy holds',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        const written = await fill(engine, 'gold', 60)
        const added = { ...racksOfDisks(1, 3)[2]!, id: 'added', path: '/disks/added' }
        await engine.addDataDisk(added)
        await until(() => isWhole(engine))
        expect(engine.status().dataDisks.find(({ id }) => id === 'added')?.usedBytes).not.toBe(0)
        expect(isSound(await engine.verifyPool('gold'))).toBe(true)
        await expectAll(engine, 'gold', written)
        await expect(engine.addDataDisk(added)).rejects.toMatchObject({ code: 'DATA_DISK_EXISTS' })
      }),
    )

    test(
      'operations are counted by result',
      withEngine(threeRacks(), async ({ engine }) => {
        await engine.createPool(gold)
        await engine.put('gold', 'k', Buffer.from('x'))
        await engine.get('gold', 'k')
        await engine.get('gold', 'absent')
        const { operations, durations } = engine.status()
        expect(operations).toContainEqual({
          pool: 'gold',
          operation: 'get',
          result: 'ok',
          count: 2,
        })
        expect(durations.find(({ operation }) => operation === 'get')?.count).toBe(2)
      }),
    )
  })
}

async function fill(engine: Engine, pool: string, count: number): Promise<Map<string, Buffer>> {
  const written = new Map<string, Buffer>()
  const keys = Array.from({ length: count }, (_, i) => `object-${i}`)
  await Promise.all(
    keys.map(async (key, i) => {
      const bytes = Buffer.from(`${key} `.repeat(1 + i * 7))
      await engine.put(pool, key, bytes)
      written.set(key, bytes)
    }),
  )
  return written
}

async function expectAll(engine: Engine, pool: string, written: ReadonlyMap<string, Buffer>) {
  for (const [key, bytes] of written)
    expect((await engine.get(pool, key))?.bytes.equals(bytes)).toBe(true)
}

function disksIn(engine: Engine, state: string): number {
  return engine.status().dataDisks.filter((disk) => disk.state === state).length
}

function isWhole(engine: Engine): boolean {
  const { recovery, pools } = engine.status()
  return recovery.groupsLeft === 0 && pools.every(({ groups }) => groups.degraded === 0)
}
