/** Silences in PostgreSQL, and the index of them in memory that follows by version. */
import { sql } from 'kysely'
import { fault } from '#api/errors'
import { createMatcher, type Matcher, type MatchOperator } from '#lib/matcher'
import { sameMatchers } from '../config/matchers.ts'
import { inLedgerTransaction, type Ledger } from '../history/ledger.ts'
import { silenceEvent } from '../history/silence-event.ts'
import { sharedLook } from '../store/shared-look.ts'
import type { SilenceRow, StoredMatcher, Tx } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import { createSilenceIndex, type Silence, type SilenceIndex, stateOf } from './silences.ts'

export type SilenceDraft = Omit<Silence, 'id' | 'updatedAtMs'>

export interface SilenceStore {
  readonly index: SilenceIndex
  /** Brings the index up to date with what was committed before the call. */
  refresh(): Promise<void>
  all(): Promise<readonly Silence[]>
  find(id: string): Promise<Silence | undefined>
  /** Answers with the id: `id`, or a new one where that silence cannot become the draft. */
  put(draft: SilenceDraft, id?: string): Promise<string>
  expire(id: string): Promise<void>
}

type StoreWorld = Pick<World, 'db' | 'clock' | 'random'>

export function createSilenceStore(world: StoreWorld): SilenceStore {
  const { db, clock, random } = world
  const index = createSilenceIndex()
  let version = 0
  const refresh = sharedLook(async () => {
    const { rows } = await sql<SilenceRow>`
      select * from ${table('silences')} where version > ${version} order by version`.execute(db)
    for (const row of rows) {
      index.put(silenceOf(row), clock.nowMs())
      version = row.version
    }
  })
  const changing = <T>(run: (tx: Tx, ledger: Ledger) => Promise<T>) =>
    inLedgerTransaction(world, async (tx, ledger) => {
      // One writer at a time: versions then grow in the order in which they can be seen.
      await sql`lock table ${table('silences')} in share row exclusive mode`.execute(tx)
      return run(tx, ledger)
    })
  return {
    index,
    refresh,
    async all() {
      const { rows } = await sql<SilenceRow>`select * from ${table('silences')}`.execute(db)
      return rows.map(silenceOf)
    },
    find: (id) => findIn(db, id),
    put: (draft, id) =>
      changing(async (tx, ledger) => {
        const nowMs = clock.nowMs()
        const before = id === undefined ? undefined : await existing(tx, id)
        if (before !== undefined && canBecome(before, draft, nowMs)) {
          const changed = { ...draft, id: before.id, updatedAtMs: nowMs }
          await write(tx, changed, nowMs)
          ledger.add(silenceEvent('silence-changed', changed))
          return before.id
        }
        const own = { id: random.uuid(), startsAtMs: Math.max(draft.startsAtMs, nowMs) }
        if (before !== undefined && stateOf(before, nowMs) !== 'expired') {
          const over = expired(before, nowMs)
          await write(tx, over, nowMs)
          ledger.add(silenceEvent('silence-expired', over, { replacedBy: own.id }))
        }
        const created = { ...draft, ...own, updatedAtMs: nowMs }
        await write(tx, created, nowMs)
        ledger.add(silenceEvent('silence-created', created))
        return own.id
      }),
    expire: (id) =>
      changing(async (tx, ledger) => {
        const nowMs = clock.nowMs()
        const before = await existing(tx, id)
        if (stateOf(before, nowMs) === 'expired') throw fault('SILENCE_EXPIRED', { id })
        const over = expired(before, nowMs)
        await write(tx, over, nowMs)
        ledger.add(silenceEvent('silence-expired', over))
      }),
  }
}

/** A silence stays the same one as long as it holds back the same alerts since the same time. */
function canBecome(before: Silence, draft: SilenceDraft, nowMs: number): boolean {
  if (!sameMatchers(before.matchers, draft.matchers)) return false
  const state = stateOf(before, nowMs)
  if (state === 'pending') return draft.startsAtMs >= nowMs
  const sameSecond = Math.floor(before.startsAtMs / 1000) === Math.floor(draft.startsAtMs / 1000)
  return state === 'active' && sameSecond && draft.endsAtMs >= nowMs
}

function expired(silence: Silence, nowMs: number): Silence {
  const startsAtMs = Math.min(silence.startsAtMs, nowMs)
  return { ...silence, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs }
}

async function findIn(db: Tx | World['db'], id: string): Promise<Silence | undefined> {
  const { rows } = await sql<SilenceRow>`
    select * from ${table('silences')} where id = ${id}`.execute(db)
  return rows[0] && silenceOf(rows[0])
}

async function existing(tx: Tx, id: string): Promise<Silence> {
  const found = await findIn(tx, id)
  if (found === undefined) throw fault('SILENCE_NOT_FOUND', { id })
  return found
}

async function write(tx: Tx, silence: Silence, nowMs: number): Promise<void> {
  await sql`
    insert into ${table('silences')} (id, matchers, starts_at, ends_at, updated_at, created_by,
      comment, annotations, version)
    values (${silence.id}, ${JSON.stringify(silence.matchers.map(storedOf))}::jsonb,
      ${new Date(silence.startsAtMs)}, ${new Date(silence.endsAtMs)}, ${new Date(nowMs)},
      ${silence.createdBy}, ${silence.comment},
      ${JSON.stringify(silence.annotations ?? {})}::jsonb, nextval('alertmanager.silence_versions'))
    on conflict (id) do update
    set matchers = excluded.matchers, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
      updated_at = excluded.updated_at, created_by = excluded.created_by,
      comment = excluded.comment, annotations = excluded.annotations,
      version = excluded.version`.execute(tx)
}

function silenceOf(row: SilenceRow): Silence {
  return {
    id: row.id,
    matchers: row.matchers.map(matcherOf),
    startsAtMs: row.starts_at.getTime(),
    endsAtMs: row.ends_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    createdBy: row.created_by,
    comment: row.comment,
    annotations: row.annotations,
  }
}

export function matcherOf({ name, value, isRegex, isEqual }: StoredMatcher): Matcher {
  const operator: MatchOperator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='
  return createMatcher(name, operator, value)
}

export function storedOf({ name, operator, value }: Matcher): StoredMatcher {
  return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') }
}
