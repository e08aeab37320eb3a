/** Three programs on one database, each sent every alert, as Prometheus sends them. */
import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { until } from '#test/until'
import { eachToldOnce, numbers, openStage, queueStores, type Stage } from './stage.conformance.ts'

const count = 300

describe.each(queueStores)('three nodes, with their queues on %s', (queues) => {
  test('tell each group once, whether all live or the first one dies before the flush', async () => {
    const route = 'group_wait: 1s, group_interval: 1h'
    await using stage = await openStage({ queues, route, nodes: 3 })
    const early = numbers(count)
    await postToAll(stage, early)
    await eachToldOnce(stage, early)
    const late = numbers(count).map((n) => count + n)
    await postToAll(stage, late)
    await stage.nodes[0]?.kill()
    await eachToldOnce(stage, late)
    await until(async () => (await notifications(stage)).due === 0)
    await eachToldOnce(stage, [...early, ...late])
    expect((await notifications(stage)).delivered).toBe(2 * count)
  })
})

const postToAll = async (stage: Stage, groups: readonly number[]) => {
  await Promise.all(stage.nodes.map((_, node) => stage.post(groups, { node })))
}

/** Once none is due, nothing more can be told before the next interval. */
async function notifications({ databaseUrl }: Stage): Promise<{ due: number; delivered: number }> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query(
      `select count(*) filter (where state = 'due')::integer as due,
        count(*) filter (where state = 'delivered')::integer as delivered
      from alertmanager.notifications`,
    )
    return rows[0]
  } finally {
    await client.end()
  }
}
