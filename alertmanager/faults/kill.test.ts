/** `kill -9` of the program, and a start on what it kept. */
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { eachToldOnce, numbers, openStage, queueStores, type Stage } from './stage.conformance.ts'

describe.each(queueStores)('with its queues on %s, kill -9', (queues) => {
  test('amid a burst loses no alert that was acknowledged', async () => {
    const route = 'group_wait: 300ms, group_interval: 1h'
    await using stage = await openStage({ queues, route })
    const posting = stage.post(numbers(1000))
    await until(() => stage.acknowledged.size >= 150)
    await stage.nodes[0]?.kill()
    await posting
    expect(stage.acknowledged.size).toBeLessThan(1000) // Else it was no burst.
    await stage.nodes[0]?.start()
    await eachToldOnce(stage, stage.acknowledged)
  })

  test('loses neither silences, nor the end of what was told as firing', async () => {
    const route = 'group_wait: 0s, group_interval: 1s'
    await using stage = await openStage({ queues, route })
    const groups = numbers(50)
    await stage.post(groups)
    await eachToldOnce(stage, groups)
    const silences = await Promise.all(numbers(20).map((n) => silence(stage, n)))
    const endsAtMs = systemClock.nowMs() + 500
    await stage.post(groups, { endsAtMs })
    await stage.nodes[0]?.kill()
    await until(() => systemClock.nowMs() > endsAtMs)
    await stage.nodes[0]?.start()
    expect(await silencesOf(stage)).toEqual(silences.sort())
    await eachToldOnce(stage, groups, 'resolved')
  })
})

const urlOf = ({ nodes }: Stage) => `http://127.0.0.1:${nodes[0]?.port}/api/v2/silences`

async function silence(stage: Stage, n: number): Promise<string> {
  const answer = await fetch(urlOf(stage), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'absent', value: String(n), isRegex: false }],
      startsAt: new Date(systemClock.nowMs()).toISOString(),
      endsAt: new Date(systemClock.nowMs() + 3_600_000).toISOString(),
      createdBy: 'test',
      comment: 'Is kept',
    }),
  })
  const { silenceID } = (await answer.json()) as { silenceID: string } // As API v2 promises.
  return silenceID
}

async function silencesOf(stage: Stage): Promise<readonly string[]> {
  const silences = (await (await fetch(urlOf(stage))).json()) as { id: string }[]
  return silences.map(({ id }) => id).sort()
}
