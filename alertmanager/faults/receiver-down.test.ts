/** A receiver that is down for longer than an alert lives. */
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { eachToldOnce, numbers, openStage, queueStores } from './stage.conformance.ts'

describe.each(queueStores)('with its queues on %s', (queues) => {
  test('what fired and ended while its receiver was down is told once it is up', async () => {
    const route = 'group_wait: 0s, group_interval: 1s'
    await using stage = await openStage({ queues, route })
    const { receiver } = stage
    receiver.behave({ isDown: true })
    const groups = numbers(50)
    await stage.post(groups)
    await until(() => receiver.cut.size === groups.length)
    await stage.post(groups, { endsAtMs: systemClock.nowMs() })
    expect(receiver.told).toEqual([])
    receiver.behave({})
    await eachToldOnce(stage, groups, 'resolved')
  })
})
