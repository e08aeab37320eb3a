/** PostgreSQL dies while alerts arrive, and cannot come back for a while. */
import { globSync, readFileSync } from 'node:fs'
import { readdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { postgresPid } from '../bench/postgres.ts'
import { eachToldOnce, numbers, openStage, queueStores, type Stage } from './stage.conformance.ts'

const count = 20
const early = numbers(count)
const meanwhile = numbers(count).map((n) => count + n)
const late = numbers(count).map((n) => 2 * count + n)

describe.each(queueStores)('with its queues on %s', (queues) => {
  test('alerts are taken and told while the store is down, and not again when it is up', async () => {
    const route = 'group_wait: 0s, group_interval: 1s'
    await using stage = await openStage({ queues, route })
    await stage.post(early)
    await eachToldOnce(stage, early)
    await recorded(stage, early.length)

    const bringBack = await takeStoreAway(stage)
    await stage.post(meanwhile)
    expect([...stage.acknowledged]).toEqual(expect.arrayContaining(meanwhile))
    await eachToldOnce(stage, meanwhile)
    expect(postgresPid(stage.dataDir)).toBe(0)
    const { told } = stage.receiver
    const unmarked = told.filter(({ n, isPossibleRepeat }) => n >= count && !isPossibleRepeat)
    expect(unmarked).toEqual([])

    await bringBack()
    await stage.post(late)
    await eachToldOnce(stage, late)
    const endsAtMs = systemClock.nowMs()
    await stage.post([...early, ...meanwhile, ...late], { endsAtMs })
    await eachToldOnce(stage, [...early, ...meanwhile, ...late], 'resolved')
  })

  test('what was told while it was down is known after kill -9, too', async () => {
    const route = 'group_wait: 0s, group_interval: 1s'
    await using stage = await openStage({ queues, route })
    await stage.post(early)
    await eachToldOnce(stage, early)
    await recorded(stage, early.length)
    const bringBack = await takeStoreAway(stage)
    await stage.post(meanwhile)
    await eachToldOnce(stage, meanwhile)
    const before = stage.receiver.told.length
    // What is under way at the kill is told again: nobody knows that it was heard.
    await until(async () => (await keptAsTold(stage)) === meanwhile.length)

    await stage.nodes[0]?.kill()
    await bringBack({ isStarted: false })
    await stage.nodes[0]?.start()
    await stage.post([...early, ...meanwhile, ...late])
    await eachToldOnce(stage, late)
    expect(stage.receiver.told).toHaveLength(before + late.length)
    const endsAtMs = systemClock.nowMs()
    await stage.post([...early, ...meanwhile, ...late], { endsAtMs })
    await eachToldOnce(stage, [...early, ...meanwhile, ...late], 'resolved')
  })
})

/** Waits until the store has it that so many were told: else they are told again, and say so. */
async function recorded({ nodes }: Stage, count: number): Promise<void> {
  const url = `http://127.0.0.1:${nodes[0]?.port}/api/v1/history?kind=delivered&limit=1000`
  await until(async () => {
    const { events } = (await (await fetch(url)).json()) as { events: unknown[] } // As documented.
    return events.length === count
  })
}

/** How many notifications the disk knows of. */
async function keptAsTold({ dataDir }: Stage): Promise<number> {
  const folder = path.join(dataDir, 'arrivals')
  const names = (await readdir(folder)).filter((name) => name.startsWith('told-'))
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
  return texts.join('').split('\n').length - 1
}

/** By default waits until who watches over it has started it again. */
type BringBack = (how?: { readonly isStarted?: boolean }) => Promise<void>

/** A server that finds no data cannot start again. */
async function takeStoreAway({ dataDir }: Stage): Promise<BringBack> {
  const cluster = path.join(dataDir, 'postgresql/cluster')
  const pid = postgresPid(dataDir)
  await rename(cluster, `${cluster}.away`)
  process.kill(pid, 'SIGSTOP') // It lets nobody else in.
  const backends = childrenOf(pid)
  process.kill(pid, 'SIGKILL')
  await until(() => !backends.some(isRunning))
  return async ({ isStarted = true } = {}) => {
    await rename(`${cluster}.away`, cluster)
    if (!isStarted) return
    await until(() => postgresPid(dataDir) > 0 && postgresPid(dataDir) !== pid)
  }
}

/** Each connection has a process of its own, which outlives the killed server by a moment. */
const childrenOf = (parent: number) =>
  globSync('/proc/[0-9]*')
    .map((folder) => Number(path.basename(folder)))
    .filter((pid) => statOf(pid)[1] === String(parent))

const isRunning = (pid: number) => !['', 'X', 'Z'].includes(statOf(pid)[0] ?? '')

/** Its state and its parent. */
function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return []
  }
}
