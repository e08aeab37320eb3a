import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Alert, isUnchanged, mergeAlerts } from '../alert.ts'
import { createRoster, type Kept, type Roster } from './roster.ts'

const second = 1000
const alert = (name: string, atMs: number, more: Partial<Alert> = {}): Alert => ({
  fingerprint: name,
  labels: { alertname: name },
  annotations: {},
  generatorUrl: '',
  startsAtMs: atMs,
  endsAtMs: atMs + 300 * second,
  updatedAtMs: atMs,
  endIsGuess: false,
  ...more,
})

/** What a store would answer to the batch. */
const stored = (roster: Roster, revision = 1): readonly Kept[] =>
  roster.begin(100).map((entry) => ({ alert: entry.alert, revision }))

test('what says nothing new is dropped, and what is new waits to be written', () => {
  const roster = createRoster()
  expect(roster.take(alert('a', 0))).toBeDefined()
  expect(roster.take(alert('a', 0, { updatedAtMs: second, endsAtMs: 301 * second }))).toBe(
    undefined,
  )
  expect(roster.backlog.size).toBe(1)
  roster.written(stored(roster))
  expect(roster.backlog.size).toBe(0)
})

test('a change waits in the place of the first one, and is written as it is then', () => {
  const roster = createRoster()
  roster.take(alert('a', 0))
  roster.take(alert('b', 0))
  roster.take(alert('a', 0, { updatedAtMs: second, annotations: { note: 'worse' } }))
  const [first] = roster.begin(1)
  expect(first?.alert).toMatchObject({ fingerprint: 'a', annotations: { note: 'worse' } })
})

test('a change that comes while its alert is being written is written next', () => {
  const roster = createRoster()
  roster.take(alert('a', 0))
  const [first] = roster.begin(10)
  roster.take(alert('a', 0, { updatedAtMs: second, annotations: { note: 'worse' } }))
  roster.written([{ alert: first?.alert ?? alert('a', 0), revision: 1 }])
  expect(roster.backlog.storedTurn).toBe(1)
  expect(roster.begin(10)).toMatchObject([
    { revision: 1, alert: { annotations: { note: 'worse' } } },
  ])
})

test('what another instance wrote is merged with what has arrived here since', () => {
  const roster = createRoster()
  roster.take(alert('a', 10 * second))
  roster.learn([{ alert: alert('a', 5 * second), revision: 3 }])
  expect(roster.get('a')?.startsAtMs).toBe(5 * second)
  expect(roster.begin(10)).toMatchObject([{ revision: 3 }])
})

test('an older row of one that is known changes nothing', () => {
  const roster = createRoster()
  roster.load([{ alert: alert('a', 0, { annotations: { note: 'new' } }), revision: 4 }])
  roster.learn([{ alert: alert('a', 0, { annotations: { note: 'old' } }), revision: 3 }])
  expect(roster.get('a')?.annotations).toEqual({ note: 'new' })
})

test('what is replayed yields to what the store has that is newer, in either order', () => {
  const old = alert('a', 0)
  const resolved = alert('a', 0, { updatedAtMs: 60 * second, endsAtMs: 60 * second })
  const storeFirst = createRoster()
  storeFirst.load([{ alert: resolved, revision: 2 }])
  storeFirst.replay([old])
  const replayFirst = createRoster()
  replayFirst.replay([old])
  replayFirst.load([{ alert: resolved, revision: 2 }])
  for (const roster of [storeFirst, replayFirst]) {
    expect(roster.get('a')?.endsAtMs).toBe(60 * second)
    expect(roster.backlog.size).toBe(0)
  }
})

test('what is replayed and newer than the store is written', () => {
  const roster = createRoster()
  roster.load([{ alert: alert('a', 0), revision: 2 }])
  roster.replay([alert('a', 0, { updatedAtMs: 60 * second, endsAtMs: 60 * second })])
  expect(roster.begin(10)).toMatchObject([{ revision: 2, alert: { endsAtMs: 60 * second } }])
})

test('what has long been resolved is forgotten, unless it is not written yet', () => {
  const roster = createRoster()
  const told: string[] = []
  roster.watch({ put: () => {}, drop: (fingerprint) => void told.push(fingerprint) })
  roster.take(alert('a', 0, { endsAtMs: second }))
  roster.forget(60 * second)
  expect(roster.size).toBe(1)
  roster.written(stored(roster))
  roster.forget(60 * second)
  expect(roster.size).toBe(0)
  expect(told).toEqual(['a'])
})

test('a turn is stored when every change up to it is', () => {
  const roster = createRoster()
  for (const name of ['a', 'b', 'c']) roster.take(alert(name, 0))
  roster.written(roster.begin(2).map((entry) => ({ alert: entry.alert, revision: 1 })))
  expect(roster.backlog).toMatchObject({ turn: 3, storedTurn: 2, size: 1 })
  roster.take(alert('a', 0, { updatedAtMs: 1, annotations: { note: 'x' } }))
  expect(roster.backlog).toMatchObject({ turn: 4, storedTurn: 2, size: 2 })
  roster.written(roster.begin(9).map((entry) => ({ alert: entry.alert, revision: 2 })))
  expect(roster.backlog).toMatchObject({ turn: 4, storedTurn: 4, size: 0 })
})

interface Step {
  readonly kind: 'take' | 'begin' | 'written' | 'other'
  readonly name: string
  readonly lastsMs: number
}
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('take', 'take', 'begin', 'written', 'other'),
    name: fc.constantFrom('a', 'b'),
    lastsMs: fc.constantFrom(0, 30 * second, 300 * second),
  }),
  { maxLength: 40 },
)

/** A store as `keep` writes to it: another writer's row is merged with what has arrived. */
function createStore() {
  const rows = new Map<string, Kept>()
  return {
    rows,
    write(entry: { alert: Alert; arrived: Alert; revision: number | undefined }): Kept {
      const { fingerprint, updatedAtMs } = entry.arrived
      const row = rows.get(fingerprint)
      const known = row?.revision === entry.revision
      const now =
        row === undefined || known
          ? entry.alert
          : mergeAlerts(row.alert, entry.arrived, updatedAtMs)
      const kept = { alert: now, revision: (row?.revision ?? 0) + 1 }
      rows.set(fingerprint, kept)
      return kept
    },
  }
}

function play(given: readonly Step[]) {
  const roster = createRoster()
  const store = createStore()
  let writing: ReturnType<Roster['begin']> = []
  let nowMs = 1_000_000
  const settle = () => {
    roster.written(writing.map(store.write))
    writing = []
  }
  const run: Record<Step['kind'], (arrived: Alert) => void> = {
    take: (arrived) => void roster.take(arrived),
    begin() {
      if (writing.length === 0) writing = roster.begin(1)
    },
    written: settle,
    other(arrived) {
      const revision = store.rows.get(arrived.fingerprint)?.revision
      store.write({ alert: arrived, arrived, revision })
    },
  }
  for (const { kind, name, lastsMs } of given) {
    nowMs += second
    const ends = { endsAtMs: nowMs + lastsMs, updatedAtMs: nowMs }
    run[kind](alert(name, nowMs - second, ends))
  }
  settle()
  roster.learn([...store.rows.values()])
  for (writing = roster.begin(9); writing.length > 0; writing = roster.begin(9)) settle()
  return { roster, rows: [...store.rows.values()], nowMs }
}

test('whatever the order, in the end the store and the roster say the same', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const { roster, rows, nowMs } = play(given)
      for (const { alert: row } of rows) {
        const mine = roster.get(row.fingerprint)
        expect(isUnchanged(row, mine ?? row, nowMs)).toBe(true)
        expect(mine?.endsAtMs).toBe(row.endsAtMs)
      }
    }),
  )
})
