/** How vendors that keep incidents know that two messages are about one group. */
import { createHash } from 'node:crypto'
import type { Notification } from '#api/alert'

/** 64 hex digits, the same for the same group: what fires and what resolves meet by it. */
export function dedupKeyOf({ groupKey }: Notification): string {
  return createHash('sha256').update(groupKey).digest('hex')
}
