/** `/api/v2/silences` and `/api/v2/silence/{silenceID}`. */

import type { Clock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Matcher } from '#lib/matcher'
import type { MatcherMode } from '../config/matchers.ts'
import { type SilenceDraft, type SilenceStore, storedOf } from '../silences/silence-store.ts'
import { type Silence, type SilenceState, stateOf } from '../silences/silences.ts'
import { type Handler, plainRefusal, Refusal, schemaRefusal } from './answer.ts'
import { readJsonBody } from './body.ts'
import { matchersIn, truthOf } from './filters.ts'
import { silenceIn } from './silence-body.ts'

export interface SilencesWorld {
  readonly silences: SilenceStore
  readonly clock: Clock
  readonly mode: MatcherMode
  readonly log: Log
  readonly silenceLimits: SilenceLimits
}

export interface SilenceLimits {
  /** 0 or less: none. */
  readonly most: number
  readonly sizeBytesMost: number
  readonly isLogged: boolean
}

export const getSilences =
  ({ silences, clock, mode }: SilencesWorld): Handler =>
  async ({ query }) => {
    const wanted = matchersIn(query, mode)
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
  ({ silences, log, silenceLimits }: SilencesWorld): Handler =>
  async ({ argument }) => {
    const id = uuidOf(argument)
    await silences.expire(id).catch((error) => {
      if (!(error instanceof ZstoneError)) throw error
      throw error.status === 404 ? new Refusal(404, undefined) : plainOf(error)
    })
    if (silenceLimits.isLogged) log.info({ silence: id }, 'Silence expired')
    return undefined
  }

export const postSilence =
  ({ silences, clock, mode, log, silenceLimits }: SilencesWorld): Handler =>
  async (call) => {
    const { id, draft } = silenceIn(await readJsonBody(call, 'silence'), mode)
    if (id !== undefined && !uuidShape.test(id)) throw plainRefusal(404, 'silence not found')
    validate(draft, clock.nowMs())
    await keepWithin(silenceLimits, { draft, id, silences })
    const silenceID = await silences.put(draft, id).catch((error) => {
      throw error instanceof ZstoneError ? plainOf(error) : error
    })
    if (silenceLimits.isLogged) log.info({ silence: silenceID, replaced: id }, 'Silence set')
    return { silenceID }
  }

const plainOf = (error: ZstoneError) =>
  error.code.startsWith('SILENCE_') ? plainRefusal(error.status, error.message) : error

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
    ...(Object.keys(silence.annotations ?? {}).length > 0 && { annotations: silence.annotations }),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: new Date(silence.endsAtMs).toISOString(),
    matchers: silence.matchers.map(storedOf),
    startsAt: new Date(silence.startsAtMs).toISOString(),
  }
}

const isSame = (a: Matcher, b: Matcher) =>
  a.name === b.name && a.operator === b.operator && a.value === b.value

function validate(draft: SilenceDraft, nowMs: number): void {
  if (draft.startsAtMs >= draft.endsAtMs)
    throw plainRefusal(400, 'Failed to create silence: start time must be before end time')
  if (draft.endsAtMs < nowMs)
    throw plainRefusal(400, "Failed to create silence: end time can't be in the past")
  if (draft.matchers.every(takesEmpty))
    throw plainRefusal(
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    )
}

/** One that says what a label must not be is narrow enough, as upstream has it. */
const takesEmpty = (matcher: Matcher) =>
  matcher.operator.startsWith('=') && matcher.matches({ [matcher.name]: '' })

/** The count is of before: two that come at once may both pass. */
async function keepWithin(
  { most, sizeBytesMost }: SilenceLimits,
  { draft, id, silences }: { draft: SilenceDraft; id: string | undefined; silences: SilenceStore },
): Promise<void> {
  const sizeBytes = Buffer.byteLength(
    JSON.stringify({ ...draft, matchers: draft.matchers.map(storedOf) }),
  )
  if (sizeBytesMost > 0 && sizeBytes > sizeBytesMost)
    throw plainRefusal(
      400,
      `silence exceeded maximum size: ${sizeBytes} bytes (limit: ${sizeBytesMost} bytes)`,
    )
  if (most <= 0 || id !== undefined) return
  const { length } = await silences.all()
  if (length + 1 > most)
    throw plainRefusal(400, `exceeded maximum number of silences: ${length} (limit: ${most})`)
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function uuidOf(id: string): string {
  if (uuidShape.test(id)) return id
  throw schemaRefusal(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`)
}
