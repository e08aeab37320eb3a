/** `DELETE /api/v1/groups?match[]=…` deletes every group that a selector matches, all durably. */
import type { Exchange } from '../http/exchange.ts'
import type { PlainRoute } from '../http/routes.ts'
import { inQueue } from '../http/serve-push.ts'
import type { Write } from '../store/store.ts'
import type { LabelPair } from '../text/family.ts'
import { answerApi } from './api-answer.ts'
import { type DeletionQuery, parseDeletionQuery } from './deletion-query.ts'

/** The answer names no more of the groups than these. */
const namedMax = 1000

export function serveGroupsDeletion(
  exchange: Exchange,
  { query: text }: Pick<PlainRoute, 'query'>,
): Promise<void> {
  return answerApi(exchange, async () => {
    const query = parseDeletionQuery(text)
    const keys = query.isDryRun ? selected(exchange, query) : await deleteAll(exchange, query)
    const data = {
      dry_run: query.isDryRun,
      matched: keys.length,
      deleted: query.isDryRun ? 0 : keys.length,
      groups: keys.slice(0, namedMax).map((pairs) => Object.fromEntries(pairs)),
      groups_left_out: Math.max(0, keys.length - namedMax),
    }
    return { status: 200, body: { status: 'success', data } }
  })
}

type Key = readonly LabelPair[]

function selected({ world: { store } }: Exchange, { selects }: DeletionQuery): readonly Key[] {
  return store.admitted(selects)
}

/** What is deleted is chosen when its turn comes: pushes that were taken before are in it. */
async function deleteAll(exchange: Exchange, query: DeletionQuery): Promise<readonly Key[]> {
  let deleted: readonly Key[] = []
  await inQueue(exchange, async ({ committer, clock }) => {
    const atMs = clock.nowMs()
    const writes = () => selected(exchange, query).map((pairs) => deletionOf(pairs, atMs))
    const admissions = await committer.commitTogether(writes, { isWhole: true })
    deleted = admissions.map(({ group }) => group.pairs)
  })
  return deleted
}

const deletionOf = (pairs: Key, atMs: number): Write => ({
  kind: 'delete',
  pairs,
  families: [],
  atMs,
  traceparent: undefined,
})
