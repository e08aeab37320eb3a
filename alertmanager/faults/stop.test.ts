/** SIGTERM to the program while alerts arrive. */
import { describe, expect, test } from '@jest/globals'
import { until } from '#test/until'
import { repeatsOf } from '../bench/receiver.ts'
import { eachToldOnce, numbers, openStage, queueStores } from './stage.conformance.ts'

describe.each(queueStores)('with its queues on %s', (queues) => {
  test('SIGTERM amid a burst loses nothing acknowledged, and repeats nothing', async () => {
    const route = 'group_wait: 300ms, group_interval: 1h'
    await using stage = await openStage({ queues, route })
    const posting = stage.post(numbers(1000))
    await until(() => stage.acknowledged.size >= 150)
    await stage.nodes[0]?.stop()
    await posting
    expect(stage.acknowledged.size).toBeLessThan(1000) // Else it was no burst.
    await stage.nodes[0]?.start()
    await eachToldOnce(stage, stage.acknowledged)
    expect(repeatsOf(stage.receiver.told).all).toBe(0)
  })
})
