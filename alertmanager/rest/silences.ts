/** `/api/v2/silences` and `/api/v2/silence/{silenceID}`. */

import type { Clock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import type { Matcher } from '#lib/matcher'
import type { SilenceDraft, SilenceStore } from '../silences/silence-store.ts'
import { matcherOf, storedOf } from '../silences/silence-store.ts'
import { type Silence, type SilenceState, stateOf } from '../silences/silences.ts'
import { matchersIn } from './alerts.ts'
import { type Handler, plainRefusal, Refusal, schemaRefusal, truthOf } from './answer.ts'
import { isJson, type Json, readJsonBody, required, textIn, timeIn, unreadable } from './body.ts'

export interface SilencesWorld {
  readonly silences: SilenceStore
  readonly clock: Clock
}

export const getSilences =
  ({ silences, clock }: SilencesWorld): Handler =>
  async ({ query }) => {
    const wanted = matchersIn(query)
    const nowMs = clock.nowMs()
    const shows = (silence: Silence) =>
      truthOf(query, stateOf(silence, nowMs)) &&
      wanted.every((one) => silence.matchers.some((other) => isSame(one, other)))
    const found = (await silences.all()).filter(shows)
    return found.sort((a, b) => order(a, nowMs) - order(b, nowMs)).map((s) => shown(s, nowMs))
  }

export const getSilence =
  ({ silences, clock }: SilencesWorld): Handler =>
  async ({ argument }) => {
    const silence = await silences.find(uuidOf(argument))
    if (silence === undefined) throw new Refusal(404, undefined)
    return shown(silence, clock.nowMs())
  }

export const deleteSilence =
  ({ silences }: SilencesWorld): Handler =>
  async ({ argument }) => {
    await refusing(() => silences.expire(uuidOf(argument)))
    return undefined
  }

export const postSilence =
  ({ silences, clock }: SilencesWorld): Handler =>
  async (call) => {
    const body = await readJsonBody(call, 'silence')
    if (!isJson(body)) throw unreadable('silence', 'cannot unmarshal it into a silence')
    const { id, draft } = draftOf(body)
    validate(draft, clock.nowMs())
    return { silenceID: await refusing(() => silences.put(draft, id)) }
  }

/** Active ones next to their end first, then pending next to their start, then the last expired. */
function order(silence: Silence, nowMs: number): number {
  const rank: Readonly<Record<SilenceState, number>> = {
    active: silence.endsAtMs,
    pending: 1e14 + silence.startsAtMs,
    expired: 3e14 - silence.endsAtMs,
  }
  return rank[stateOf(silence, nowMs)]
}

function shown(silence: Silence, nowMs: number) {
  return {
    id: silence.id,
    status: { state: stateOf(silence, nowMs) },
    updatedAt: new Date(silence.updatedAtMs).toISOString(),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: new Date(silence.endsAtMs).toISOString(),
    matchers: silence.matchers.map(storedOf),
    startsAt: new Date(silence.startsAtMs).toISOString(),
  }
}

const isSame = (a: Matcher, b: Matcher) =>
  a.name === b.name && a.operator === b.operator && a.value === b.value

function draftOf(body: Json): { readonly id: string | undefined; readonly draft: SilenceDraft } {
  const text = (name: string) => {
    const value = textIn('silence', body[name])
    if (value === undefined) throw required(`${name} in body`)
    return value.replaceAll('\0', '').toWellFormed()
  }
  const time = (name: string) => {
    const value = timeIn('silence', body[name])
    if (value === undefined) throw required(`${name} in body`)
    return Date.parse(value)
  }
  const id = textIn('silence', body.id) || undefined
  const draft = {
    comment: text('comment'),
    createdBy: text('createdBy'),
    endsAtMs: time('endsAt'),
    matchers: matchersOf(body.matchers),
    startsAtMs: time('startsAt'),
  }
  if (id !== undefined && !uuidShape.test(id)) throw plainRefusal(404, 'silence not found')
  return { id, draft }
}

function matchersOf(value: unknown): readonly Matcher[] {
  if (value === undefined || value === null) throw required('matchers in body')
  if (!Array.isArray(value)) throw unreadable('silence', 'matchers must be a list')
  if (value.length === 0)
    throw schemaRefusal(422, 612, 'matchers in body should have at least 1 items')
  return value.map((entry: unknown, i) => {
    if (!isJson(entry)) throw unreadable('silence', 'a matcher must be an object')
    const { name, value: wanted, isRegex, isEqual = true } = entry
    if (typeof name !== 'string') throw required(`matchers.${i}.name in body`)
    if (typeof wanted !== 'string') throw required(`matchers.${i}.value in body`)
    if (typeof isRegex !== 'boolean') throw required(`matchers.${i}.isRegex in body`)
    return compiled({ name, value: wanted, isRegex, isEqual: isEqual !== false })
  })
}

function compiled(stored: Parameters<typeof matcherOf>[0]): Matcher {
  const text = `${stored.name}${stored.value}`
  if (stored.name === '' || text.includes('\0') || !text.isWellFormed())
    throw plainRefusal(400, `invalid silence: invalid label matcher ${JSON.stringify(stored.name)}`)
  try {
    return matcherOf(stored)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw plainRefusal(400, `invalid silence: invalid label matcher: ${error.message}`)
  }
}

function validate(draft: SilenceDraft, nowMs: number): void {
  if (draft.startsAtMs > draft.endsAtMs || draft.startsAtMs === draft.endsAtMs)
    throw plainRefusal(400, 'Failed to create silence: start time must be before end time')
  if (draft.endsAtMs < nowMs)
    throw plainRefusal(400, "Failed to create silence: end time can't be in the past")
  if (draft.matchers.every((matcher) => matcher.matches({})))
    throw plainRefusal(
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    )
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function uuidOf(id: string): string {
  if (uuidShape.test(id)) return id
  throw schemaRefusal(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`)
}

async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ZstoneError && error.code.startsWith('SILENCE_'))
      throw plainRefusal(error.status, error.message)
    throw error
  }
}
