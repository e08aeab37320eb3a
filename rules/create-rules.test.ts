import { expect, test } from '@jest/globals'
import { openHttp } from '#lib/http/server'
import { traceIdOf } from '#lib/trace'
import { alertRule, createBench, fakeStore, groupOf, traceparent } from '#test/rules-bench'
import { until } from '#test/until'

const startMs = 1_700_000_000_000
const bad = [{ labels: { __name__: 'bad', device: 'sda' }, value: 1, origin: traceparent }]

/** Evaluates and lets the sending begin. */
async function at(bench: ReturnType<typeof createBench>, seconds: number) {
  await bench.rules.evaluateOnce(startMs + seconds * 1000)
  await bench.clock.advance(0)
}

test('an alert is sent as Prometheus sends it, with the trace of its push', async () => {
  const bench = createBench()
  bench.found = bad
  await at(bench, 0)
  const [evaluated, firing] = bench.spans
  expect(evaluated).toMatchObject({ name: 'evaluate DiskFailing', parent: traceparent })
  expect(firing).toMatchObject({ name: 'firing', parent: evaluated?.traceparent })
  expect(traceIdOf(evaluated?.traceparent)).toBe(traceIdOf(traceparent))
  expect(bench.sent).toEqual([
    [
      {
        labels: { cluster: 'c1', alertname: 'DiskFailing', device: 'sda', severity: 'critical' },
        annotations: { summary: 'sda is 1', traceparent: evaluated?.traceparent },
        startsAt: '2023-11-14T22:13:20.000Z',
        endsAt: '2023-11-14T22:17:20.000Z',
        generatorURL: 'http://z:9090/graph?g0.expr=bad+%3D%3D+1&g0.tab=1',
      },
    ],
  ])
  await bench.rules.close()
})

test('a firing alert is sent again after the resend delay, a resolved one at once', async () => {
  const bench = createBench()
  bench.found = bad
  for (const seconds of [0, 15, 60, 75]) await at(bench, seconds)
  expect(bench.sent.map(([alert]) => alert?.endsAt?.slice(14, 19))).toEqual(['17:20', '18:35'])
  bench.found = []
  await at(bench, 90)
  expect(bench.sent[2]?.[0]?.endsAt).toBe(new Date(startMs + 90_000).toISOString())
  expect(bench.sent[2]?.[0]?.startsAt).toBe(bench.sent[0]?.[0]?.startsAt)
  await bench.rules.close()
})

test('a pending alert is not sent, and its time counts from when it was first true', async () => {
  const bench = createBench({ groups: [groupOf(alertRule({ forMs: 20_000 }))] })
  bench.found = bad
  await at(bench, 0)
  await at(bench, 15)
  expect(bench.sent).toEqual([])
  expect(bench.rules.alerts()).toMatchObject([{ state: 'pending', activeAtMs: startMs }])
  await at(bench, 30)
  expect(bench.sent[0]?.[0]?.startsAt).toBe(new Date(startMs + 30_000).toISOString())
  expect(bench.spans.at(-1)).toMatchObject({ name: 'firing', attributes: { pendingMs: 30_000 } })
  await bench.rules.close()
})

test('a query that fails resolves nothing, and the alert is still sent', async () => {
  const bench = createBench()
  bench.found = bad
  await at(bench, 0)
  bench.found = new Error('too many samples')
  for (const seconds of [15, 300]) await at(bench, seconds)
  expect(bench.rules.alerts()).toMatchObject([{ state: 'firing' }])
  expect(bench.sent[1]?.[0]?.endsAt).toBe(new Date(startMs + 540_000).toISOString())
  expect(await bench.metric('prometheus_rule_evaluation_failures_total')).toBe(2)
  expect(await bench.metric('prometheus_rule_evaluations_total')).toBe(3)
  await bench.rules.close()
})

test('two elements that become the same alert fail the rule', async () => {
  const bench = createBench({
    groups: [groupOf(alertRule({ labels: { device: { source: 'x', render: () => 'x' } } }))],
  })
  bench.found = ['sda', 'sdb'].map((device) => ({ labels: { device }, value: 1 }))
  await at(bench, 0)
  expect(bench.rules.alerts()).toEqual([])
  expect(await bench.metric('prometheus_rule_evaluation_failures_total')).toBe(1)
  await bench.rules.close()
})

test('state and recorded series are appended, and over when nothing is found', async () => {
  const record = {
    kind: 'record',
    id: 'disks/r',
    name: 'r',
    expr: 'x',
    labels: { by: 'z' },
  } as const
  const bench = createBench({ groups: [groupOf(alertRule(), record)] })
  bench.found = bad
  await at(bench, 0)
  bench.found = []
  await at(bench, 15)
  await at(bench, 30)
  const labels = { alertname: 'DiskFailing', device: 'sda', severity: 'critical' }
  const origin = traceparent
  expect(bench.appended).toEqual([
    {
      rule: 'disks/DiskFailing',
      atMs: startMs,
      samples: [
        { name: 'ALERTS', labels: { ...labels, alertstate: 'firing' }, value: 1, origin },
        { name: 'ALERTS_FOR_STATE', labels, value: startMs / 1000, origin },
      ],
    },
    {
      rule: 'disks/r',
      atMs: startMs,
      samples: [{ name: 'r', labels: { device: 'sda', by: 'z' }, value: 1, origin }],
    },
    { rule: 'disks/DiskFailing', atMs: startMs + 15_000, samples: [] },
    { rule: 'disks/r', atMs: startMs + 15_000, samples: [] },
  ])
  await bench.rules.close()
})

test('killed while pending: an alert keeps time and trace, and fires when due', async () => {
  const store = fakeStore()
  const groups = [groupOf(alertRule({ forMs: 30_000 }))]
  const before = createBench({ store, groups })
  before.found = bad
  await at(before, 0)
  const [pending] = before.rules.alerts()
  // No close: the process is gone.
  const after = createBench({ store, groups })
  await at(after, 15) // The data is not back yet.
  expect(after.rules.alerts()).toEqual([pending])
  after.found = bad
  await at(after, 30)
  expect(after.rules.alerts()).toEqual([{ ...pending, state: 'firing' }])
  await after.rules.close()
})

test('killed while firing: no gap, the same start, and resolved only after the grace', async () => {
  const store = fakeStore()
  const before = createBench({ store })
  before.found = bad
  await at(before, 0)
  const after = createBench({ store })
  await at(after, 5)
  expect(after.sent[0]?.[0]?.startsAt).toBe(before.sent[0]?.[0]?.startsAt)
  expect(after.sent[0]?.[0]?.annotations).toEqual(before.sent[0]?.[0]?.annotations)
  await at(after, 59)
  expect(after.rules.alerts()).toMatchObject([{ state: 'firing' }])
  await at(after, 60)
  expect(after.rules.alerts()).toMatchObject([{ state: 'resolved' }])
  await after.rules.close()
})

test('killed before the end was sent: it is sent after the restart', async () => {
  const store = fakeStore()
  const before = createBench({ store })
  before.found = bad
  await at(before, 0)
  before.found = []
  await at(before, 15)
  const after = createBench({ store })
  await at(after, 30)
  expect(after.sent).toEqual([before.sent[1]])
  await after.rules.close()
})

test('state is written only when it changes, and removed at its end', async () => {
  const store = fakeStore()
  const bench = createBench({ store, groups: [groupOf(alertRule({ forMs: 30_000 }))] })
  bench.found = bad
  for (const seconds of [0, 15, 30, 45, 60]) await at(bench, seconds)
  expect(store.writings).toBe(2)
  bench.found = []
  await at(bench, 75)
  expect([...store.rows.values()]).toMatchObject([{ alert: { state: 'resolved' } }])
  await at(bench, 75 + 901)
  expect([store.writings, store.rows.size]).toEqual([4, 0])
  await bench.rules.close()
})

test('what no rule owns any more is removed from the store', async () => {
  const store = fakeStore()
  const before = createBench({ store })
  before.found = bad
  await at(before, 0)
  const after = createBench({ store, groups: [groupOf(alertRule({ name: 'Other' }))] })
  await at(after, 15)
  expect(store.rows.size).toBe(0)
  await after.rules.close()
})

test('a store that fails holds no alert back, and gets the state later', async () => {
  const store = fakeStore()
  const { save } = store
  store.save = () => Promise.reject(new Error('connection lost'))
  const bench = createBench({ store })
  bench.found = bad
  await at(bench, 0)
  expect(bench.sent).toHaveLength(1)
  store.save = save
  await at(bench, 15)
  expect([...store.rows.values()]).toMatchObject([{ alert: { state: 'firing' } }])
  expect(await bench.metric('zstone_rules_store_failures_total')).toBe(1)
  await bench.rules.close()
})

test('a store that hangs delays alerts once, by two seconds', async () => {
  const store = fakeStore()
  store.save = () => new Promise(() => {})
  const bench = createBench({ store, groups: [groupOf(alertRule({ forMs: 30_000 }))] })
  bench.found = bad
  const first = bench.rules.evaluateOnce(startMs)
  await bench.clock.advance(2000)
  await first
  await at(bench, 30)
  expect(bench.sent).toHaveLength(1)
})

test('groups are evaluated at aligned times, and what was missed is counted', async () => {
  const bench = createBench()
  await bench.rules.start()
  await bench.clock.advance(60_000)
  const [first = 0, ...rest] = bench.evaluatedAtMs
  expect(first).toBeGreaterThan(startMs)
  expect(rest).toEqual([15_000, 30_000, 45_000].map((ms) => first + ms))
  const again = createBench()
  await again.rules.start()
  await again.clock.advance(15_000)
  expect(again.evaluatedAtMs).toEqual([first])
  await Promise.all([bench.rules.close(), again.rules.close()])
  await bench.clock.advance(60_000)
  expect(bench.evaluatedAtMs).toHaveLength(4)
})

test('the API shows rules and alerts as Prometheus does', async () => {
  const bench = createBench({ groups: [groupOf(alertRule({ forMs: 30_000 }))] })
  bench.found = bad
  await at(bench, 0)
  const server = await openHttp(
    { name: 'rules', address: '127.0.0.1:0', flag: '--x' },
    (request, response) => {
      if (!bench.rules.handle(request, response)) response.writeHead(404).end()
    },
  )
  const get = async (path: string) => (await fetch(server.url + path)).json()
  const labels = { alertname: 'DiskFailing', device: 'sda', severity: 'critical' }
  const alert = {
    labels,
    annotations: { summary: 'sda is 1', traceparent: bench.spans[0]?.traceparent },
    state: 'pending',
    activeAt: '2023-11-14T22:13:20.000Z',
    value: '1e+00',
  }
  expect(await get('/api/v1/alerts')).toEqual({ status: 'success', data: { alerts: [alert] } })
  expect(await get('/api/v1/rules?type=alert')).toMatchObject({
    data: {
      groups: [
        {
          name: 'disks',
          file: 'disks.rules.yml',
          interval: 15,
          rules: [
            {
              type: 'alerting',
              name: 'DiskFailing',
              query: 'bad == 1',
              state: 'pending',
              health: 'ok',
              duration: 30,
              annotations: { summary: '{{ $labels.device }} is {{ $value }}' },
              alerts: [alert],
            },
          ],
        },
      ],
    },
  })
  expect(await get('/api/v1/rules?type=record')).toMatchObject({
    data: { groups: [{ rules: [] }] },
  })
  expect(await get('/api/v1/rules?type=x')).toMatchObject({ errorType: 'bad_data' })
  expect((await fetch(`${server.url}/other`)).status).toBe(404)
  await server.close()
  await bench.rules.close()
})

test('sending is repeated, in batches of 64, and keeps only the newest of each alert', async () => {
  let isDown = true
  const bench = createBench({
    send: async () => {
      if (isDown) throw new Error('ECONNREFUSED')
    },
  })
  bench.found = Array.from({ length: 90 }, (_, i) => ({ labels: { device: `d${i}` }, value: 1 }))
  await at(bench, 0)
  await at(bench, 75)
  expect(bench.sent).toEqual([])
  isDown = false
  await bench.clock.advance(30_000)
  await until(() => bench.sent.length === 3)
  // The 64 that were on their way, then the newest of all 90.
  expect(bench.sent.map((batch) => batch.length)).toEqual([64, 64, 26])
  await bench.rules.close()
})

test('each alertmanager is told, and one that is down holds up no other', async () => {
  const told: string[] = []
  const others = [
    { name: 'down', send: () => Promise.reject(new Error('ECONNREFUSED')) },
    { name: 'hangs', send: () => new Promise<void>(() => {}) },
    { name: 'works', send: async () => void told.push('works') },
  ]
  const bench = createBench({ others })
  bench.found = bad
  await at(bench, 0)
  expect([bench.sent.length, told]).toEqual([1, ['works']])
})
