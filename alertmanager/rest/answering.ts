/** Runs a handler and answers with what it gives, or with why it refuses. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import { answerJson, answerText, Refusal } from './answer.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export interface AnswerWorld {
  readonly log: Log
  readonly clock: Clock
  /** 0: a handler may take as long as it takes. */
  readonly timeoutMs: number
}

export async function answer(
  run: () => Promise<unknown>,
  { response }: Exchange,
  { log, clock, timeoutMs }: AnswerWorld,
): Promise<void> {
  const late = () =>
    answerText(response, 503, `Exceeded configured timeout of ${timeoutMs / 1000}s.\n`)
  const timer = timeoutMs > 0 ? clock.after(timeoutMs, late) : undefined
  const [status, body] = await run().then(
    (given) => [200, given] as const,
    (error: unknown) => refusalOf(error, response, log),
  )
  timer?.cancel()
  if (!response.headersSent) answerJson(response, status, body)
}

function refusalOf(error: unknown, response: ServerResponse, log: Log): readonly [number, unknown] {
  if (error instanceof Refusal) return [error.status, error.body]
  if (error instanceof ZstoneError) {
    if (error.status === 429 && !response.headersSent) response.setHeader('Retry-After', '1')
    return [error.status, error.message]
  }
  log.error({ error: messageOf(error) }, 'Request failed')
  return [500, 'the store does not answer; try again']
}
