/** Answers of the API beyond the original: JSON in the shape that Prometheus gives its own. */
import { ZstoneError } from '#lib/errors'
import { sendJson } from '#lib/http/message'
import type { Exchange } from '../exchange.ts'

export interface ApiAnswer {
  readonly status: 200 | 202 | 207 | 400
  readonly body: object
}

export async function answerApi(
  { response }: Exchange,
  run: () => Promise<ApiAnswer>,
): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate')
  try {
    const { status, body } = await run()
    sendJson(response, status, body)
  } catch (error) {
    if (!(error instanceof ZstoneError)) throw error
    if (error.retry) response.setHeader('Retry-After', '1')
    sendJson(response, error.status, { status: 'error', ...problemOf(error) })
  }
}

export function problemOf({ status, message }: ZstoneError): { errorType: string; error: string } {
  return { errorType: status < 500 && status !== 429 ? 'bad_data' : 'unavailable', error: message }
}
