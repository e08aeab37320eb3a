/** What WeChat Work answers: status 200 and an `errcode`, 0 where all is well. */
import { type HttpAnswer, outcomeOf } from './http-client.ts'
import { objectOf } from './json-exchange.ts'
import type { Outcome } from './notifier.ts'

const codes = {
  /** Busy, too many at once, too many a minute. */
  passing: [-1, 45009, 45033],
  /** No token, a wrong one, one past its time. */
  token: [40014, 41001, 42001],
}

export function judged(answer: HttpAnswer): Outcome {
  const outcome = outcomeOf(answer)
  if (outcome.kind === 'failed') return outcome
  const code = errorCodeOf(answer)
  if (code === 0) return outcome
  if (code === undefined)
    return { kind: 'failed', passing: true, reason: 'answered without errcode' }
  return { kind: 'failed', passing: codes.passing.includes(code), reason: `errcode ${code}` }
}

export const isTokenRefused = (answer: HttpAnswer) => codes.token.includes(errorCodeOf(answer) ?? 0)

function errorCodeOf(answer: HttpAnswer): number | undefined {
  const { errcode } = objectOf(answer.text) ?? {}
  return typeof errcode === 'number' ? errcode : undefined
}
