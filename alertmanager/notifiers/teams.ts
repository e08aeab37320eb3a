/** What both ways into Microsoft Teams share: the size of a message, and how refusals look. */
import { Buffer } from 'node:buffer'
import type { Page } from './chat.ts'
import { type HttpAnswer, outcomeOf } from './http-client.ts'
import type { Outcome } from './notifier.ts'
import { truncateBytes } from './truncate.ts'

/** Teams documents 28 KB, and refuses what is about that much in base64: three quarters of it. */
const bytesMost = 20 * 1024

/** Leaves most of a message to its text. */
export const titleBytesMost = 4096

/** The message with as much of its text as Teams takes. */
export function fitted(page: Page, text: string, bodyOf: (text: string) => object): object {
  const sizeOf = (shown: string) => Buffer.byteLength(JSON.stringify(bodyOf(shown)))
  let most = bytesMost - sizeOf('')
  // Escaped characters take more bytes in JSON than in the text: then there is another round.
  for (let size = sizeOf(text); size > bytesMost && most > 0; most = Math.floor(most * 0.9)) {
    size = sizeOf(truncateBytes(text, most).text)
    if (size <= bytesMost) return bodyOf(page.cut(text, { field: 'text', bytes: most }))
  }
  return bodyOf(text)
}

const undelivered = 'Webhook message delivery failed'

const refusedBehind = /Microsoft Teams endpoint returned HTTP error (\d{3})/

/** A connector answers 200 also where Teams behind it refused, and tells Teams' status in words. */
export function judged(answer: HttpAnswer): Outcome {
  const behind = refusedBehind.exec(answer.text)?.[1]
  if (behind !== undefined) return outcomeOf({ ...answer, status: Number(behind) })
  const outcome = outcomeOf(answer)
  if (outcome.kind === 'failed' || !answer.text.startsWith(undelivered)) return outcome
  return { kind: 'failed', passing: true, reason: undelivered }
}
