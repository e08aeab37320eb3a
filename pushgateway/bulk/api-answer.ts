/** Answers of the API beyond the original: JSON in the shape that Prometheus gives its own. */
import { ZstoneError } from '#lib/errors'
import { sendJson } from '#lib/http/message'
import type { Exchange, HandlerWorld } from '../http/exchange.ts'
import { rejectionOf } from '../limits/rejections.ts'

export interface ApiAnswer {
  readonly status: number
  readonly body: object
}

export async function answerApi(
  { world, response }: Exchange,
  run: () => Promise<ApiAnswer>,
): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate')
  try {
    const { status, body } = await run()
    if (mayComeAgain.has(status)) response.setHeader('Retry-After', '1')
    sendJson(response, status, body)
  } catch (error) {
    if (!(error instanceof ZstoneError)) throw error
    countRejection(world, error)
    const { status, retry } = error
    if (retry && status >= 429) response.setHeader('Retry-After', '1')
    // The rest of the body is no request.
    if (status === 408) response.setHeader('Connection', 'close')
    sendJson(response, status, { status: 'error', ...problemOf(error) })
  }
}

const mayComeAgain: ReadonlySet<number> = new Set([429, 503, 507])

export function countRejection({ metrics }: Pick<HandlerWorld, 'metrics'>, error: unknown): void {
  const reason = rejectionOf(error)
  if (reason !== undefined) metrics.rejected(reason)
}

export function problemOf({ status, message }: ZstoneError): { errorType: string; error: string } {
  return { errorType: status < 500 && status !== 429 ? 'bad_data' : 'unavailable', error: message }
}
