/** `/api/v1/acks`: who works on what. */
import { fault } from '#api/errors'
import { parseDurationMs } from '#lib/duration'
import { messageOf } from '#lib/errors'
import { type Matcher, matchesAll } from '#lib/matcher'
import { type Alert, isResolved } from '../alert.ts'
import type { Roster } from '../arrival/roster.ts'
import { type MatcherMode, readMatcher } from '../config/matchers.ts'
import type { Handler } from '../rest/answer.ts'
import { isJson, type Json, readJsonBody, timeIn } from '../rest/body.ts'
import { matchersIn, truthOf } from '../rest/filters.ts'
import type { World } from '../world.ts'
import type { AckStore } from './ack-store.ts'
import { type Ack, stateOf } from './acks.ts'

export interface AcksWorld extends Pick<World, 'clock'> {
  readonly acks: AckStore
  readonly roster: Pick<Roster, 'all' | 'get'>
  readonly mode: MatcherMode
  /** Brings the roster up to date with what other instances took. */
  readonly refresh: () => Promise<void>
}

const limits = { lastsMs: 7 * 86_400_000, alerts: 1000, textLength: 4096 }

/** Answers with the ids, one for each alert. */
export const postAcks =
  ({ acks, roster, clock, mode, refresh }: AcksWorld): Handler =>
  async (call) => {
    const body = await readJsonBody(call, 'acknowledgement')
    await refresh()
    if (!isJson(body)) throw invalid('the body is not an object')
    const nowMs = clock.nowMs()
    const draft = {
      comment: textOf(body, 'comment'),
      createdBy: textOf(body, 'createdBy'),
      expiresAtMs: expiryOf(body, nowMs),
    }
    const alerts = chosen(body, roster, mode).filter((alert) => !isResolved(alert, nowMs))
    if (alerts.length === 0) throw fault('ACK_WITHOUT_ALERT', {})
    if (alerts.length > limits.alerts)
      throw fault('ACK_TOO_WIDE', { count: alerts.length, most: limits.alerts })
    return { ids: await acks.put({ ...draft, alerts }) }
  }

/** With `filter` over the labels of the alerts, `active` and `ended`. The newest are first. */
export const getAcks =
  ({ acks, clock, mode }: AcksWorld): Handler =>
  async ({ query }) => {
    const wanted = matchersIn(query, mode)
    const nowMs = clock.nowMs()
    const shows = (ack: Ack) =>
      truthOf(query, stateOf(ack, nowMs) === 'active' ? 'active' : 'ended') &&
      matchesAll(wanted, ack.labels)
    const found = (await acks.all()).filter(shows)
    return found.sort((a, b) => b.createdAtMs - a.createdAtMs).map((ack) => shown(ack, nowMs))
  }

export const deleteAck =
  ({ acks }: AcksWorld): Handler =>
  async ({ argument }) => {
    if (!uuidShape.test(argument)) throw fault('ACK_NOT_FOUND', { id: argument })
    await acks.remove(argument)
    return undefined
  }

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function shown(ack: Ack, nowMs: number) {
  const { ended, createdAtMs, expiresAtMs, ...told } = ack
  return {
    ...told,
    status: {
      state: stateOf(ack, nowMs),
      ...(ended !== undefined && { because: ended.because, at: timeText(ended.atMs) }),
    },
    createdAt: timeText(createdAtMs),
    expiresAt: timeText(expiresAtMs),
  }
}

const timeText = (ms: number) => new Date(ms).toISOString()

const invalid = (reason: string) => fault('ACK_INVALID', { reason })

function textOf(body: Json, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value.trim() === '') throw invalid(`${name} is missing`)
  if (value.length > limits.textLength)
    throw invalid(`${name} is longer than ${limits.textLength} characters`)
  return value.replaceAll('\0', '').toWellFormed()
}

function expiryOf({ expiresAt, duration }: Json, nowMs: number): number {
  if ((expiresAt === undefined) === (duration === undefined))
    throw invalid('it has to say either expiresAt or duration')
  const atMs =
    duration === undefined
      ? Date.parse(timeIn('acknowledgement', expiresAt) ?? '')
      : nowMs + (parseDurationMs(String(duration)) ?? Number.NaN)
  if (Number.isNaN(atMs)) throw invalid('duration is none such as 2h')
  if (atMs <= nowMs) throw invalid('it would expire at once')
  if (atMs > nowMs + limits.lastsMs) throw invalid('it would last longer than 7 days')
  return atMs
}

/** By names, or by matchers that have to say something. */
function chosen(
  { filter, fingerprints }: Json,
  roster: AcksWorld['roster'],
  mode: MatcherMode,
): readonly Alert[] {
  if ((filter === undefined) === (fingerprints === undefined))
    throw invalid('it has to say either filter or fingerprints')
  if (fingerprints !== undefined)
    return [...new Set(textsOf(fingerprints, 'fingerprints'))].flatMap(
      (name) => roster.get(name) ?? [],
    )
  const matchers = textsOf(filter, 'filter').flatMap((text) => matchersOf(text, mode))
  return [...roster.all()].filter(({ labels }) => matchesAll(matchers, labels))
}

function textsOf(value: unknown, name: string): readonly string[] {
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string')
  if (!isList || value.length === 0) throw invalid(`${name} is no list of texts`)
  return value
}

function matchersOf(text: string, mode: MatcherMode): readonly Matcher[] {
  try {
    return readMatcher(text, mode).matchers
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(messageOf(error))
    throw error
  }
}
