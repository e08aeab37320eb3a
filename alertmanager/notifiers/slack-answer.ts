/** What Slack answers: a hook in words, an app's API in JSON, both with the name of an error. */
import { type HttpAnswer, outcomeOf } from './http-client.ts'
import { objectOf } from './json-exchange.ts'
import type { Outcome } from './notifier.ts'
import { passingAfter } from './pause.ts'

/** Errors of Slack's own that come with status 200 and go away. */
const passing = [
  'fatal_error',
  'internal_error',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
]

/** The message that was to be edited is no longer there, or no longer ours to edit. */
const gone = [
  'cant_update_message',
  'channel_not_found',
  'edit_window_closed',
  'is_inactive',
  'message_not_found',
]

export function judged(answer: HttpAnswer): Outcome {
  const error = errorOf(answer)
  const isTaken = answer.status >= 200 && answer.status < 300
  if (!isTaken || error === '') {
    const outcome = outcomeOf(answer, { explain: () => error })
    return passingAfter(outcome, fieldsOf(answer).retry_after)
  }
  const failed: Outcome = { kind: 'failed', passing: passing.includes(error), reason: error }
  return passingAfter(failed, answer.headers.get('Retry-After') ?? fieldsOf(answer).retry_after)
}

export const isGone = (answer: HttpAnswer) => gone.includes(errorOf(answer))

/** Where the message stands and when it was true, for the next notification to edit. */
export function placeOf(answer: HttpAnswer, toldAtMs: number): Record<string, string> {
  const { ts, channel } = fieldsOf(answer)
  const isPlace = typeof ts === 'string' && typeof channel === 'string'
  return isPlace ? { ts, channel, toldAtMs: String(toldAtMs) } : {}
}

/** Empty where all is well. */
function errorOf(answer: HttpAnswer): string {
  const body = answer.text.trim()
  const { ok, error } = fieldsOf(answer)
  const isRefused = ok === false || (ok === undefined && !['', 'ok'].includes(body))
  if (!isRefused) return ''
  const word = typeof error === 'string' ? error : body
  // Slack's errors are words; anything else is not ours to show.
  return /^[a-z_]{1,80}$/.test(word) ? word : 'refused without an error that Slack documents'
}

const fieldsOf = (answer: HttpAnswer) => objectOf(answer.text) ?? {}
