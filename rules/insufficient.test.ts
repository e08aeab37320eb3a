import { describe, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { createPromql, promqlSettings } from '#promql'
import { alertRule, createBench, groupOf } from '#test/rules-bench'
import { createReadings } from './insufficient.ts'
import type { Watch } from './world.ts'

const atMs = 1_700_000_000_000

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly { rules: readonly { insufficientData?: unknown }[] }[]
  }
}

/** The names are those of series that are there, with the value 1. */
function lacksOf(expr: string, names: readonly string[]) {
  const settings = Object.fromEntries(
    Object.entries(promqlSettings).map(([name, { default: value }]) => [name, value]),
  )
  const promql = createPromql({
    clock: createManualClock(atMs),
    log: silentLog,
    metrics: createMetrics(),
    settings: settings as never, // Each under its name.
  })
  const samples = names.map((name) => ({ name, labels: { device: 'sda' }, value: 1 }))
  promql.samples.append({ name: 'test' }, samples, atMs - 60_000)
  const readings = createReadings()
  promql.evaluate(expr, atMs, readings.watch)
  return readings.lacks(expr)
}

describe('what cannot be judged', () => {
  test.each([
    ['a > 1', ['a'], undefined],
    ['a > 1', [], ['a']],
    ['a > 1', ['b'], ['a']],
    ['a{device="sdb"} > 1', ['a'], ['a{device="sdb"}']],
    ['a / b > 1', ['a'], ['b']],
    ['a and b', ['b'], ['a']],
    ['a or b', ['b'], undefined],
    ['a or b', [], ['a', 'b']],
    ['a unless b', ['a'], undefined],
    ['a unless b', ['b'], ['a']],
    ['(a == 2) and b', ['a', 'b'], undefined],
    ['sum by (x) (rate(a[5m])) > 0', ['a'], undefined],
    ['sum by (x) (rate(a[5m])) > 0', [], ['a[5m]']],
    ['max_over_time((a > 0)[10m:1m]) > 3', ['a'], undefined],
    ['max_over_time((a > 0)[10m:1m]) > 3', ['b'], ['a']],
    ['absent(a)', [], undefined],
    ['time() - a > 60', [], ['a']],
    ['vector(1)', [], undefined],
    ['a + a', [], ['a']],
    ['-a > scalar(b)', ['a'], ['b']],
    ['topk(2, a)', [], ['a']],
  ])('%s with %j lacks %j', (expr, names, lacks) => {
    expect(lacksOf(expr, names)).toEqual(lacks)
  })
})

test('a rule says that it lacks data: absent before it was ever there, stale afterwards', async () => {
  const rule = alertRule({ expr: 'bad' })
  const bench = createBench({ groups: [groupOf(rule)] })
  const server = await openHttp(
    { name: 'rules', address: '127.0.0.1:0', flag: '--x' },
    (request, response) => void bench.rules.handle(request, response),
  )
  const leaf = { kind: 'selector', span: { from: 0, to: 3 } } as const
  const states: unknown[] = []
  for (const values of [[], [1], [], []]) {
    bench.show = (watch: Watch) =>
      watch(leaf, 0, {
        type: 'vector',
        elements: values.map((value) => ({ labels: {}, value })),
      })
    await bench.clock.advance(1000)
    await bench.rules.evaluateOnce(bench.clock.nowMs())
    const answer = await fetch(`${server.url}/api/v1/rules`)
    const { data } = (await answer.json()) as RulesAnswer // As the API has it.
    states.push([
      data.groups[0]?.rules[0]?.insufficientData,
      await bench.metric('zstone_rules_insufficient_data'),
      await bench.metric('zstone_rules_stale_data'),
    ])
  }
  const at = (seconds: number) => new Date(atMs + seconds * 1000).toISOString()
  expect(states).toEqual([
    [{ reason: 'absent', since: at(1), selectors: ['bad'] }, 1, 0],
    [undefined, 0, 0],
    [{ reason: 'stale', since: at(3), selectors: ['bad'] }, 1, 1],
    [{ reason: 'stale', since: at(3), selectors: ['bad'] }, 1, 1],
  ])
  expect(bench.rules.alerts()).toEqual([])
  await Promise.all([bench.rules.close(), server.close()])
})

test('series that are there only while something is wrong are never missed', async () => {
  const bench = createBench({ groups: [groupOf(alertRule({ expr: 'bad' }))] })
  const leaf = { kind: 'selector', span: { from: 0, to: 3 } } as const
  for (const values of [[], [1], []]) {
    bench.found = values.map((value) => ({ labels: {}, value }))
    const elements = bench.found
    bench.show = (watch: Watch) => watch(leaf, 0, { type: 'vector', elements })
    await bench.rules.evaluateOnce(bench.clock.nowMs())
  }
  expect(await bench.metric('zstone_rules_insufficient_data')).toBe(1)
  expect(await bench.metric('zstone_rules_stale_data')).toBe(0)
  await bench.rules.close()
})
