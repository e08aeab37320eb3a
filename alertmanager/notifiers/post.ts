/** One POST of a notification as JSON, and what its answer means. */
import { idempotencyHeader, type Notification } from '#api/alert'
import { messageOf } from '#lib/errors'
import { delivered, type Outcome } from './notifier.ts'

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly notification: Notification
}

export async function post(
  fetchOver: typeof fetch,
  { url, headers, notification }: Post,
  signal: AbortSignal,
): Promise<Outcome> {
  let response: Response
  try {
    response = await fetchOver(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'zstone-alertmanager',
        [idempotencyHeader]: notification.idempotencyKey,
        ...headers,
      },
      body: JSON.stringify(notification),
      signal,
    })
  } catch (error) {
    return { kind: 'failed', passing: true, reason: reasonOf(error, url) }
  }
  // Read to its end, so that the connection serves again; what it says is nobody's business.
  await response.body?.cancel().catch(() => {})
  return outcomeOf(response)
}

/** 5xx, 408, 425 and 429 may pass; any other answer stays the same until somebody acts. */
export function outcomeOf({ status, headers }: Pick<Response, 'status' | 'headers'>): Outcome {
  if (status >= 200 && status < 300) return delivered
  const passing = status >= 500 || [408, 425, 429].includes(status)
  const retryAfterMs = passing ? retryAfterOf(headers.get('Retry-After')) : undefined
  const reason = `unexpected status code ${status}`
  return { kind: 'failed', passing, reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Whole seconds; a date is not understood, and the own pause is taken. */
function retryAfterOf(header: string | null): number | undefined {
  const seconds = header === null || header.trim() === '' ? Number.NaN : Number(header)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}

/** A URL can hold a token: only its origin is named. */
function reasonOf(error: unknown, url: string): string {
  const { origin, href } = new URL(url)
  const text =
    error instanceof Error && error.name === 'AbortError' ? 'timed out' : messageOf(error)
  return `${origin}: ${text.replaceAll(url, origin).replaceAll(href, origin)}`
}
