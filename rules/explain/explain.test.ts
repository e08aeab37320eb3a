import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { type HttpServer, openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createPromql, promqlSettings } from '#promql'
import { createRules, printExplanation, type RuleGroup } from '../index.ts'
import { parseTemplate } from '../text/template.ts'
import type { Explanation } from './explain.ts'

const startMs = 1_700_000_000_000
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

const hot = 'max by (instance, device) (temp) >= 60\nand\nmax by (instance, device) (rotates) > 0'

function alert(name: string, expr: string, severity = 'warning') {
  const labels = { severity: parseTemplate(severity, name) }
  const id = `disks/${name}${severity === 'warning' ? '' : '#2'}`
  return {
    kind: 'alert',
    id,
    name,
    expr,
    forMs: 30_000,
    keepFiringForMs: 0,
    labels,
    annotations: {},
  } as const
}

const group: RuleGroup = {
  name: 'disks',
  file: 'disks.rules.yml',
  limit: 0,
  rules: [
    alert('DiskHot', hot),
    alert('DiskHot', 'max by (instance, device) (temp) >= 90', 'critical'),
    alert('DiskGone', 'lost unless on (device) temp'),
    alert('DiskNone', 'nothing > 1 or rate(temp[10s]) > 1'),
    alert('DiskAbsent', 'absent(temp)'),
    alert('DiskFast', 'temp * on (device) other > 3'),
    { kind: 'record', id: 'disks/temp:max', name: 'temp:max', expr: 'max(temp)', labels: {} },
  ],
}

const settings = Object.fromEntries(
  Object.entries(promqlSettings).map(([name, { default: value }]) => [name, value]),
)

function createWorld() {
  const clock = createManualClock(startMs)
  const metrics = createMetrics()
  const world = {
    clock,
    metrics,
    log: silentLog,
    random: seededRandom(1),
    tracer: createTracer('t'),
  }
  const promql = createPromql({ ...world, settings: settings as never }) // Each under its name.
  const rules = createRules({
    ...world,
    groups: [group],
    evaluate: async (expr, atMs, watch) => {
      const value = promql.evaluate(expr, atMs, watch)
      return value.type === 'vector' ? value.elements : []
    },
    append: ({ rule, samples, atMs }) => {
      promql.samples.append({ name: rule }, samples, atMs)
    },
    alertmanagers: [],
    store: { load: async () => [], save: async () => {} },
    externalLabels: {},
    settings: {
      intervalMs: 15_000,
      resendDelayMs: 60_000,
      restoreGraceMs: 0,
      queueCapacity: 100,
      externalUrl: '',
    },
  })
  const feed = async (temp: number, seconds: number) => {
    const of = { job: 'zstone', instance: 'n1', device: 'sda' }
    const atMs = startMs + seconds * 1000
    promql.samples.append(
      { name: 'n1' },
      [
        { name: 'temp', labels: of, value: temp, origin: traceparent },
        { name: 'temp', labels: { ...of, device: 'sdb' }, value: 30 },
        { name: 'rotates', labels: of, value: 7200 },
        { name: 'rotates', labels: { ...of, device: 'sdb' }, value: 7200 },
        { name: 'lost', labels: of, value: 1 },
        { name: 'other', labels: { device: 'sdz' }, value: 1 },
        {
          name: 'push_time_seconds',
          labels: { job: 'zstone', instance: 'n1' },
          value: atMs / 1000 - 2,
        },
      ],
      atMs,
    )
    await rules.evaluateOnce(atMs)
    await clock.advance(atMs - clock.nowMs())
  }
  return { rules, feed }
}

let server: HttpServer
let world: ReturnType<typeof createWorld>

beforeAll(async () => {
  world = createWorld()
  server = await openHttp(
    { name: 'rules', address: '127.0.0.1:0', flag: '--x' },
    (request, response) => {
      if (!world.rules.handle(request, response)) response.writeHead(404).end()
    },
  )
  for (const [temp, seconds] of [
    [55, 0],
    [65, 15],
    [66, 30],
    [67, 45],
  ] as const)
    await world.feed(temp, seconds)
})

afterAll(async () => {
  await Promise.all([server.close(), world.rules.close()])
})

async function ask(parameters: Record<string, string>): Promise<readonly Explanation[]> {
  const answer = await fetch(`${server.url}/api/v1/explain?${new URLSearchParams(parameters)}`)
  const body = (await answer.json()) as { data: { rules: readonly Explanation[] } } // Ours.
  return body.data.rules
}

const at = (seconds: number) => String(startMs / 1000 + seconds)
const rfc = (seconds: number) => new Date(startMs + seconds * 1000).toISOString()
const textOf = ({ verdicts }: Explanation) => verdicts.map(({ text }) => text).join(' / ')

test('a firing alert is explained by its tree and the samples below it, with the push', async () => {
  const [found] = await ask({ rule: 'DiskHot', labels: '{device="sda",severity="warning"}' })
  expect(found?.verdicts).toMatchObject([{ state: 'firing', since: rfc(15) }])
  expect(found?.tree).toMatchObject({
    kind: 'binary',
    count: 1,
    elements: [{ labels: { device: 'sda' }, value: '67', ageSeconds: 0 }],
    parts: [
      { text: 'max by (instance, device) (temp) >= 60', count: 1 },
      { text: 'max by (instance, device) (rotates) > 0', count: 1 },
    ],
  })
  expect(found?.samples?.[0]).toEqual({
    selector: 'temp',
    labels: { __name__: 'temp', job: 'zstone', instance: 'n1', device: 'sda' },
    value: '67',
    sampledAt: rfc(45),
    ageSeconds: 0,
    traceparent,
    source: { job: 'zstone', instance: 'n1' },
    pushedAt: rfc(43),
    pushAgeSeconds: 2,
  })
})

test.each([
  [
    0,
    'inactive',
    'It does not fire: max by (instance, device) (temp) is 55 for {device="sda", instance="n1"}, and would have to be >= 60',
  ],
  [
    20,
    'pending',
    `Not yet: it is true since ${rfc(15)}, and fires from ${rfc(45)} on if it stays so`,
  ],
  [50, 'firing', `It fires: it is true since ${rfc(15)}, and had to be for 30 s`],
])('at a time in the past, %i s: %s', async (seconds, state, text) => {
  const [found] = await ask({
    rule: 'DiskHot',
    labels: '{device="sda",severity="warning"}',
    time: at(seconds),
  })
  expect(found?.verdicts).toMatchObject([{ state, text }])
})

describe('why a rule does not fire', () => {
  test.each([
    [
      'DiskHot',
      '{device="sdb",severity="warning"}',
      'is 30 for {device="sdb", instance="n1"}, and would have to be >= 60',
    ],
    [
      'DiskHot',
      '{severity="critical"}',
      'is 67 for {device="sda", instance="n1"}, 30 for {device="sdb", instance="n1"}, and would have to be >= 90',
    ],
    [
      'DiskHot',
      '{device="sdx",severity="warning"}',
      'there are no samples of temp; there are no samples of rotates',
    ],
    ['DiskGone', '', 'It does not fire: temp holds it back'],
    [
      'DiskNone',
      '',
      'there are no samples of nothing; rate(temp[10s]) needs more samples than there are',
    ],
    ['DiskAbsent', '', 'It does not fire: temp is there'],
    ['DiskFast', '', 'It does not fire: temp has no partner with the same labels on the right'],
  ])('%s%s', async (rule, labels, text) => {
    const [found] = await ask({ rule, labels })
    expect(textOf(found!)).toContain(text)
  })
})

test('what is missing is named, and rules of one name are explained one by one', async () => {
  const [none] = await ask({ rule: 'DiskNone', time: at(-3600) })
  expect(none?.insufficientData).toEqual(['nothing', 'temp[10s]'])
  const both = await ask({ rule: 'DiskHot' })
  expect(both.map(({ rule }) => rule)).toEqual(['disks/DiskHot', 'disks/DiskHot#2'])
  const [record] = await ask({ rule: 'temp:max' })
  expect(record).toMatchObject({ verdicts: [], tree: { elements: [{ value: '67' }] } })
})

test.each([
  [{ rule: 'Nope' }, 404, 'Cannot explain "Nope": there is no such rule; /api/v1/rules lists all'],
  [{ rule: 'DiskNotHot' }, 404, 'there is no such rule; did you mean "DiskHot"?'],
  [{ rule: 'DiskHot', labels: 'a' }, 400, 'Cannot explain: labels is "a"; write {name="value",…}'],
  [
    { rule: 'DiskHot', time: 'noon' },
    400,
    'Cannot explain: time is "noon"; write seconds since 1970',
  ],
])('%j is refused', async (parameters, status, error) => {
  const answer = await fetch(`${server.url}/api/v1/explain?${new URLSearchParams(parameters)}`)
  expect(answer.status).toBe(status)
  expect(await answer.text()).toContain(JSON.stringify(error).slice(1, -1))
})

test('as text it is the verdict, the tree and the samples', async () => {
  const [found] = await ask({ rule: 'DiskHot', labels: '{device="sda",severity="warning"}' })
  expect(printExplanation(found!).split('\n').slice(0, 8)).toEqual([
    `disks/DiskHot at ${rfc(45)}`,
    '  {alertname="DiskHot", device="sda", instance="n1", severity="warning"}',
    `  It fires: it is true since ${rfc(15)}, and had to be for 30 s`,
    '',
    'max by (instance, device) (temp) >= 60 and max by (instance, device) (rotates) > 0',
    '  = 67 {device="sda", instance="n1"}',
    '    max by (instance, device) (temp) >= 60',
    '      = 67 {device="sda", instance="n1"}',
  ])
})
