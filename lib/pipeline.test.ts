import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createMetrics } from '#lib/metrics'
import { type Passage, pipeline, reportTo, type Stage } from '#lib/pipeline'

const keepEven: Stage<number> = {
  name: 'keep even',
  run: async (batch) => batch.filter((n) => n % 2 === 0),
}
const double: Stage<number> = { name: 'double', run: async (batch) => batch.map((n) => n * 2) }
const clock = createManualClock(0)

test('a batch passes the stages in the order of the list, and each joint counts', async () => {
  const seen: Passage[] = []
  const line = pipeline('numbers', [keepEven, double], { clock, report: (p) => seen.push(p) })
  expect(await line.run([1, 2, 3, 4])).toEqual([4, 8])
  expect(seen.map((p) => [p.stage, p.countIn, p.countOut])).toEqual([
    ['keep even', 4, 2],
    ['double', 2, 2],
  ])
})

test('an empty batch goes no further', async () => {
  const seen: Passage[] = []
  const line = pipeline('numbers', [keepEven, double], { clock, report: (p) => seen.push(p) })
  expect(await line.run([1])).toEqual([])
  expect(seen).toHaveLength(1)
})

test('a stage that throws is reported as an error and the error passes', async () => {
  const metrics = createMetrics()
  const broken: Stage<number> = {
    name: 'broken',
    run: async () => {
      throw new Error('no')
    },
  }
  const line = pipeline('numbers', [broken], { clock, report: reportTo(metrics) })
  await expect(line.run([1, 2])).rejects.toThrow('no')
  expect(await metrics.registry.metrics()).toContain(
    'zstone_pipeline_stage_items_total{pipeline="numbers",stage="broken",direction="error"} 2',
  )
})
