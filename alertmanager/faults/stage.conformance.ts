/** For tests of faults: the shipped program as it is started by users, and a receiver to tell. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { parallel } from '#lib/parallel'
import { hasRedis } from '#test/redis'
import { until } from '#test/until'
import { groupsTold, openReceiver, type Receiver, repeatsOf } from '../bench/receiver.ts'
import { type OurBed, oursOn } from '../bench/sides.ts'

/** Where wake-ups are kept; each test runs on all that are here. */
export const queueStores = ['postgres', ...(hasRedis() ? (['redis'] as const) : [])] as const

export interface Stage extends AsyncDisposable, Pick<OurBed, 'nodes' | 'dataDir' | 'databaseUrl'> {
  readonly receiver: Receiver
  /** Posts the groups, one alert each; `acknowledged` grows as they are. */
  post(groups: readonly number[], posting?: Posting): Promise<void>
  readonly acknowledged: ReadonlySet<number>
}

export interface Posting {
  readonly node?: number
  /** Default: nobody says, so a later post may name an earlier end. */
  readonly endsAtMs?: number
}

interface StageOptions {
  readonly queues: (typeof queueStores)[number]
  /** Keys of the only route, besides those that make a group of each alert. */
  readonly route: string
  readonly nodes?: number
}

export async function openStage({ queues, route, nodes = 1 }: StageOptions): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zstone-faults-'))
  stack.defer(() => rm(folder, { recursive: true }))
  await chmod(folder, 0o755) // As root the database server is another user, who must get in.
  const receiver = await openReceiver()
  stack.defer(receiver.close)
  // A busy machine may answer late, and who was not answered in time tells again.
  const hook = `{ url: '${receiver.url}', timeout: 1m }`
  const config = `route: { receiver: hook, group_by: [n], ${route} }
receivers: [{ name: hook, webhook_configs: [${hook}] }]`
  const bed = await oursOn(queues, folder).open({ config, nodes })
  stack.defer(bed.close)
  const acknowledged = new Set<number>()
  const kept = stack.move()
  return {
    ...bed,
    receiver,
    acknowledged,
    async post(groups, { node = 0, ...posting } = {}) {
      await parallel(groups, 8, async (n) => {
        if (await isTaken(bed.nodes[node]?.port ?? 0, alertOf(n, posting))) acknowledged.add(n)
      })
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

export const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Waits until all of them are told; none may be told twice unless that is marked. */
export async function eachToldOnce(
  { receiver }: Stage,
  groups: Iterable<number>,
  status: 'firing' | 'resolved' = 'firing',
): Promise<void> {
  const untold = () => [...groups].filter((n) => !groupsTold(receiver.told, status).has(n))
  await until(() => untold().length === 0).catch((cause) => {
    throw new Error(`Never told as ${status}: ${untold().length} groups`, { cause })
  })
  const { unmarked } = repeatsOf(receiver.told)
  if (unmarked.length > 0) throw new Error(`Told twice: ${JSON.stringify(unmarked)}`)
}

function alertOf(n: number, { endsAtMs }: Omit<Posting, 'node'>): PostableAlert {
  const nowMs = systemClock.nowMs()
  return {
    labels: { alertname: 'Fault', n: String(n) },
    startsAt: new Date(Math.min(nowMs, endsAtMs ?? nowMs)).toISOString(),
    ...(endsAtMs !== undefined && { endsAt: new Date(endsAtMs).toISOString() }),
  }
}

/** One that is not answered was not acknowledged; none may be refused. */
async function isTaken(port: number, alert: PostableAlert): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([alert]),
  }).catch(() => undefined)
  if (answer !== undefined && answer.status !== 200) throw new Error(await answer.text())
  return answer !== undefined
}
