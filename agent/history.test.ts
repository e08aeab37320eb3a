import { expect, test } from '@jest/globals'
import { fault } from '#api/errors'
import { createManualClock } from '#lib/clock'
import { type Log, silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import { createFakeDisk } from '#test/fake-disk'
import { until } from '#test/until'
import { createHistory, type HistoryOptions } from './history.ts'
import { openSpool, type Spool } from './spool/spool.ts'
import type { Tick } from './tick.ts'

type Answer = 'takes' | 'fails' | 'refuses' | 'hangs'

interface Given {
  readonly disk?: ReturnType<typeof createFakeDisk>
  readonly spool?: Spool
  readonly perSecond?: number
  readonly receiver?: undefined
}

async function openWorld(given: Given = {}) {
  const clock = createManualClock()
  const lines: string[] = []
  const note = (_: object, message: string) => void lines.push(message)
  const log: Log = { ...silentLog, info: note, warn: note, error: note }
  const world = { clock, log, random: seededRandom(1) }
  const disk = given.disk ?? createFakeDisk()
  const limits = { sizeBytesMax: 1024 * 1024, ageMsMax: 3_600_000 }
  const spool = given.spool ?? (await openSpool({ ...world, ...limits, disk, folder: '/spool' }))
  const taken: { name: string; atMs: number; whenMs: number }[] = []
  const state = { answer: 'takes' as Answer, givenUpMs: 0 }
  const receiver: HistoryOptions['receiver'] = {
    async send({ text, atMs }, stop) {
      if (state.answer === 'hangs') {
        await new Promise((resolve) => stop.addEventListener('abort', resolve))
        state.givenUpMs = clock.monotonicMs()
      }
      if (state.answer === 'refuses') throw fault('REMOTE_WRITE_REFUSED', { reason: 'too old' })
      if (state.answer !== 'takes') throw fault('REMOTE_WRITE_FAILED', { reason: 'away' })
      taken.push({ name: String(text), atMs, whenMs: clock.monotonicMs() })
    },
    close() {},
  }
  const history = createHistory({
    ...world,
    spool,
    receiver: 'receiver' in given ? undefined : receiver,
    perSecond: given.perSecond ?? 5,
    patienceMs: 10_000,
  })
  const value = (name: string, label = '') =>
    history
      .families()
      .find((family) => family.name === name)
      ?.samples.find(({ labels }) => label === '' || Object.values(labels).includes(label))?.value
  return { clock, lines, disk, spool, taken, state, history, value }
}

const tick = (name: string, atMs = 0): Tick => ({ atMs, text: Buffer.from(name) })
const names = (taken: readonly { name: string }[]) => taken.map(({ name }) => name).join('')

test('while somebody takes them, ticks never touch the disk', async () => {
  const { history, taken, disk, value } = await openWorld()
  for (const name of 'abc') history.offer(tick(name))
  await history.settled()
  expect(names(taken)).toBe('abc')
  expect(disk.operations()).toBe(0)
  expect(value('zstone_agent_history_ticks_total', 'sent')).toBe(3)
})

test('what nobody took comes in its order and with its times, before what is newer', async () => {
  const { history, taken, state, clock, value } = await openWorld()
  state.answer = 'fails'
  for (const [i, name] of [...'abcd'].entries()) history.offer(tick(name, clock.nowMs() + i))
  await history.settled()
  expect(value('zstone_agent_spool_ticks')).toBe(4)
  state.answer = 'takes'
  history.offer(tick('e', clock.nowMs() + 4))
  await history.settled()
  expect(names(taken)).toBe('')
  await until(async () => {
    await clock.advance(100)
    return taken.length === 5
  })
  expect(names(taken)).toBe('abcde')
  expect(taken.map(({ atMs }) => atMs - (taken[0]?.atMs ?? 0))).toEqual([0, 1, 2, 3, 4])
  history.offer(tick('f'))
  await history.settled()
  expect(names(taken)).toBe('abcdef')
  expect(value('zstone_agent_spool_added_total')).toBe(5)
  expect(value('zstone_agent_spool_delivered_total')).toBe(5)
})

test('the spool is worked off no faster than it may be', async () => {
  const { history, taken, state, clock } = await openWorld({ perSecond: 5 })
  state.answer = 'fails'
  for (const name of 'abcdefghij') {
    history.offer(tick(name, clock.nowMs()))
    await history.settled()
  }
  state.answer = 'takes'
  await until(async () => {
    await clock.advance(50)
    return taken.length === 10
  })
  const gaps = taken.slice(1).map(({ whenMs }, i) => whenMs - (taken[i]?.whenMs ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200)
})

test('what waited before a restart comes first after it', async () => {
  const disk = createFakeDisk()
  const before = await openWorld({ disk })
  before.state.answer = 'fails'
  before.history.offer(tick('a', before.clock.nowMs()))
  await before.history.close()
  const { history, taken, clock } = await openWorld({ disk })
  history.start()
  history.offer(tick('b', clock.nowMs()))
  await until(async () => {
    await clock.advance(100)
    return taken.length === 2
  })
  expect(names(taken)).toBe('ab')
})

test('a tick that is refused is counted and holds up no other', async () => {
  const { history, taken, state, clock, value } = await openWorld()
  state.answer = 'fails'
  for (const name of 'ab') history.offer(tick(name, clock.nowMs()))
  await history.settled()
  state.answer = 'refuses'
  await until(async () => {
    await clock.advance(100)
    return value('zstone_agent_spool_dropped_total', 'refused') === 2
  })
  history.offer(tick('c'))
  await history.settled()
  expect(value('zstone_agent_history_ticks_total', 'refused')).toBe(1)
  state.answer = 'takes'
  history.offer(tick('d'))
  await history.settled()
  expect(names(taken)).toBe('d')
})

test('a receiver that hangs is given up, and closing does not wait for it', async () => {
  const { history, state, clock, spool } = await openWorld()
  state.answer = 'hangs'
  history.offer(tick('a', clock.nowMs()))
  await until(async () => {
    await clock.advance(1000)
    return spool.state().ticks === 1
  })
  expect(state.givenUpMs).toBe(10_000)
  history.offer(tick('b', clock.nowMs()))
  await history.close()
  expect(spool.state().ticks).toBe(2)
})

test('a disk that hangs costs ticks, not memory', async () => {
  const hanging: Spool = {
    append: () => new Promise(() => {}),
    first: async () => undefined,
    remove: async () => {},
    state: () => ({
      ticks: 1,
      sizeBytes: 0,
      oldestAtMs: 0,
      added: 0,
      delivered: 0,
      dropped: { size: 0, age: 0, disk_full: 0, disk_error: 0, damaged: 0, refused: 0 },
    }),
  }
  const { history, value } = await openWorld({ spool: hanging })
  for (let i = 0; i < 20; i++) history.offer(tick('a'))
  expect(value('zstone_agent_history_ticks_total', 'crowded')).toBe(12)
})

test('without a receiver ticks wait for a start that has one', async () => {
  const { history, spool, clock, lines } = await openWorld({ receiver: undefined })
  for (const name of 'ab') history.offer(tick(name, clock.nowMs()))
  await history.settled()
  await clock.advance(60_000)
  expect(spool.state()).toMatchObject({ ticks: 2, delivered: 0 })
  expect(lines).toEqual([])
})

test('why nobody takes them is logged once, and that somebody does again', async () => {
  const { history, state, lines, clock, taken } = await openWorld()
  state.answer = 'fails'
  for (const name of 'abc') history.offer(tick(name, clock.nowMs()))
  await history.settled()
  state.answer = 'takes'
  await until(async () => {
    await clock.advance(100)
    return taken.length === 3
  })
  expect(lines).toEqual(['History is not taken; ticks wait in the spool', 'History is taken again'])
})
