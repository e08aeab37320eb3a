/** `PUT /api/v1/admin/wipe` deletes every group; 202 when that is durable. */

import type { DeletionReason } from '../expiry/tombstone.ts'
import type { PushWorld } from '../push.ts'
import type { Group } from '../store/store.ts'
import type { Exchange } from './exchange.ts'
import { sendAnswer } from './respond.ts'
import { inQueue } from './serve-push.ts'

export function serveWipe(exchange: Exchange): Promise<void> {
  return inQueue(exchange, async (pushes) => {
    await deleteGroups(pushes, exchange.world.store.groups(), 'wiped')
    sendAnswer(exchange.response, { status: 202 })
  })
}

/** So many wait for the disk at once: a store of any size takes a bounded queue. */
const deletionsAtOnce = 512

export async function deleteGroups(
  { committer, clock }: PushWorld,
  groups: readonly Group[],
  reason: DeletionReason = 'deleted',
): Promise<void> {
  const atMs = clock.nowMs()
  for (let from = 0; from < groups.length; from += deletionsAtOnce) {
    const some = groups.slice(from, from + deletionsAtOnce)
    await Promise.all(
      some.map(({ pairs }) => {
        const plain = { pairs, families: [], atMs, traceparent: undefined }
        return committer.commit({ kind: 'delete', ...plain, reason })
      }),
    )
  }
}
