/** One attempt as requests: made ready first, then sent in turn until one is refused. */

import { deliveryHeaders } from './delivery-headers.ts'
import {
  attempt,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  mayPass,
  outcomeOf,
} from './http-client.ts'
import { delivered, type Message, type Outcome } from './notifier.ts'

/** How long an attempt may take where nobody says it. */
export const patienceMs = 10_000

export interface Prepared {
  readonly requests: readonly HttpRequest[]
  /** What must not be repeated to people, even if the far side does. */
  readonly secrets: readonly string[]
}

/** What the answers of a vendor mean. */
export interface Verdict {
  /** Whether a refusal may pass by itself, beside those that do so everywhere. */
  readonly passing?: (answer: HttpAnswer) => boolean
  /** What the body says for people. */
  readonly explain?: (answer: HttpAnswer) => string | undefined
}

export interface Exchange extends Verdict {
  /** Reads secrets and fills templates. */
  readonly prepare: (message: Message) => Promise<Prepared>
}

export function exchanged(
  client: HttpClient,
  { prepare, ...verdict }: Exchange,
  { message, signal }: { message: Message; signal: AbortSignal },
): Promise<Outcome> {
  return attempt(async () => {
    const { requests, secrets } = await prepare(message)
    let first: Outcome = delivered
    for (const [i, request] of requests.entries()) {
      // The first one delivers; those after it only change what it made.
      const sent = i === 0 ? withKey(request, message) : request
      const outcome = judged(await client.send(sent, signal), verdict, secrets)
      if (outcome.kind === 'failed') return outcome
      if (i === 0) first = outcome
    }
    return first
  })
}

export function withKey(request: HttpRequest, { notification }: Message): HttpRequest {
  const headers = { ...request.headers, ...deliveryHeaders(notification) }
  return { ...request, headers }
}

export function judged(
  answer: HttpAnswer,
  { passing, explain }: Verdict,
  secrets: readonly string[],
): Outcome {
  return outcomeOf(answer, {
    secrets,
    passing: (status) => mayPass(status) || passing?.(answer) === true,
    ...(explain !== undefined && { explain: () => explain(answer) ?? '' }),
  })
}
