/** How each part of a request fared, as its answer says it. */
import { fault } from '#api/errors'
import { ZstoneError } from '#lib/errors'
import { isRepeated } from '../push.ts'
import type { Admission } from '../store/store.ts'
import { type ApiAnswer, problemOf } from './api-answer.ts'
import type { Part } from './parts.ts'

/** What became of a part: an error, what the store made of it, or nothing: others had errors. */
export type Fate = ZstoneError | Admission | undefined

export interface Outcome {
  readonly parts: readonly Part[]
  readonly fates: readonly Fate[]
  /** Whether one error keeps all of them out. */
  readonly isWhole: boolean
  /** What a single push would be answered. */
  readonly successStatus: 200 | 202
}

export function answerOf({ parts, fates, isWhole, successStatus }: Outcome): ApiAnswer {
  const errors = fates.map(errorOf)
  const first = errors.find((error) => error !== undefined)
  const rows = parts.map(({ method, path }, i) => {
    const error = errors[i]
    if (error !== undefined) return { method, path, status: error.status, error: error.message }
    if (isWhole && first !== undefined) return { method, path, status: keptOut, error: keptOutBy }
    const status = method === 'DELETE' ? 202 : successStatus
    return { method, path, status, ...(isSecond(fates[i]) ? { repeated: true } : {}) }
  })
  const stored = rows.filter(({ status }) => status < 300).length
  const data = { stored, refused: rows.length - stored, groups: rows }
  if (first === undefined) return { status: successStatus, body: { status: 'success', data } }
  const { error } = problemOf(first)
  if (stored > 0) return { status: 207, body: { status: 'partial', error, data } }
  return { status: first.status, body: { status: 'error', ...problemOf(first), data } }
}

export function errorOf(fate: Fate): ZstoneError | undefined {
  if (fate === undefined || fate instanceof ZstoneError) return fate
  const { excess, refusal } = fate
  if (refusal === undefined) return undefined
  return excess ?? fault('PUSHGATEWAY_INCONSISTENT', { reason: refusal })
}

function isSecond(fate: Fate): boolean {
  return fate !== undefined && !(fate instanceof ZstoneError) && isRepeated(fate)
}

/** HTTP's status for what failed since something else did. */
const keptOut = 424
const keptOutBy = 'Not stored: another group of the request was refused'
