/** Questions that a controller need not answer. */
import { messageOf } from '#lib/errors'
import type { Reasons } from '../reasons.ts'

/** Undefined where it does not, with the reason told: it may answer the next. */
export async function optional<T>(
  reasons: Reasons,
  question: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    const answer = await ask()
    reasons.tell(question, undefined)
    return answer
  } catch (error) {
    reasons.tell(question, messageOf(error))
    return undefined
  }
}
