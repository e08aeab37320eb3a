/** `GET /api/v1/history`: what happened to alerts, notifications and silences. */
import type { MatcherMode } from '../config/matchers.ts'
import { type Handler, plainRefusal } from '../rest/answer.ts'
import { matchersIn } from '../rest/filters.ts'
import type { World } from '../world.ts'
import { type EventKind, eventKinds } from './event.ts'
import { type Cursor, type HistoryPage, readHistory } from './read-history.ts'

export interface HistoryWorld extends Pick<World, 'db'> {
  readonly mode: MatcherMode
}

const limits = { default: 100, most: 1000 }

export const getHistory =
  ({ db, mode }: HistoryWorld): Handler =>
  async ({ query }) => {
    const { events, next } = await readHistory(db, {
      matchers: matchersIn(query, mode),
      fingerprint: query.get('fingerprint') ?? undefined,
      receiver: query.get('receiver') ?? undefined,
      kinds: query.getAll('kind').map(kindOf),
      fromMs: timeIn(query, 'from'),
      toMs: timeIn(query, 'to'),
      order: orderIn(query),
      limit: limitIn(query),
      after: cursorIn(query),
    })
    const cursor = next && Buffer.from(JSON.stringify(next)).toString('base64url')
    return { events: events.map(shown), ...(cursor !== undefined && { next: cursor }) }
  }

type Row = HistoryPage['events'][number]

/** What an event does not have is left out. */
function shown({ id, at, kind, group_id, labels, details, ...row }: Row) {
  const { fingerprint, receiver, integration, notification, fingerprints } = row
  const given = {
    ...{ fingerprint, labels, receiver, integration, notification, fingerprints },
    ...{ group: group_id, details },
  }
  const known = Object.entries(given).filter(([, value]) => value !== null)
  return { id: String(id), at: at.toISOString(), kind, ...Object.fromEntries(known) }
}

function kindOf(given: string): EventKind {
  const kind = eventKinds.find((one) => one === given)
  if (kind === undefined)
    throw plainRefusal(400, `there is no kind "${given}", but ${eventKinds.join(', ')}`)
  return kind
}

function timeIn(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name)
  if (given === null || given === '') return undefined
  const ms = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1000 : Date.parse(given)
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15)
    throw plainRefusal(400, `${name} "${given}" is no time: give RFC 3339 or seconds since 1970`)
  return Math.round(ms)
}

function orderIn(query: URLSearchParams): 'asc' | 'desc' {
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc')
    throw plainRefusal(400, `order "${order}" is none: give asc or desc`)
  return order
}

function limitIn(query: URLSearchParams): number {
  const given = query.get('limit')
  const limit = given === null ? limits.default : Number(given)
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.most)
    throw plainRefusal(400, `limit "${given}" is not a whole number from 1 to ${limits.most}`)
  return limit
}

function cursorIn(query: URLSearchParams): Cursor | undefined {
  const given = query.get('cursor')
  if (given === null || given === '') return undefined
  const refusal = plainRefusal(400, 'cursor is none of ours: give "next" of the page before')
  try {
    const parsed: unknown = JSON.parse(Buffer.from(given, 'base64url').toString())
    if (isCursor(parsed)) return parsed
  } catch {
    throw refusal
  }
  throw refusal
}

function isCursor(value: unknown): value is Cursor {
  if (typeof value !== 'object' || value === null) return false
  const { at, id, snapshot } = value as Partial<Record<keyof Cursor, unknown>> // Looked at below.
  const isTime = typeof at === 'string' && /^[\d-]+ [\d:.]+[+-][\d:]+$/.test(at)
  const isId = typeof id === 'string' && /^\d{1,18}$/.test(id)
  return isTime && isId && typeof snapshot === 'string' && /^\d+:\d+:[\d,]*$/.test(snapshot)
}
