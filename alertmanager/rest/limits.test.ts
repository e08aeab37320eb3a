/** What flags change of the API, and what only newer originals have. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { type Arena, openArena } from '../arena.conformance.ts'

let arena: Arena

const yaml = `
route:
  receiver: quiet
  group_by: [alertname]
  routes:
  - matchers: [team=night]
    receiver: night
    mute_time_intervals: [always]
time_intervals:
- name: always
  time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }]
receivers:
- name: quiet
- name: night
  labels: { tier: gold }
`

beforeAll(async () => {
  arena = await openArena(yaml, {
    flags: {
      silencesMax: 2,
      silenceSizeBytesMax: 400,
      alertsPerNameMax: 2,
      webGetConcurrency: 1,
      enableFeature: ['classic-mode'],
    },
  })
})

afterAll(() => arena.close())

const at = (fromNowMs: number) => new Date(systemClock.nowMs() + fromNowMs).toISOString()

async function silence(more: object = {}): Promise<{ status: number; body: string }> {
  const response = await fetch(`${arena.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'a', value: 'b', isRegex: false }],
      startsAt: at(0),
      endsAt: at(3_600_000),
      createdBy: 'me',
      comment: 'known',
      ...more,
    }),
  })
  return { status: response.status, body: (await response.text()).trim() }
}

test('a silence keeps its annotations, must not be too large, and there are so many', async () => {
  const { status, body } = await silence({ annotations: { ticket: 'OPS-1' } })
  expect(status).toBe(200)
  const { silenceID } = JSON.parse(body)
  expect(await arena.get(`/api/v2/silence/${silenceID}`)).toMatchObject({
    annotations: { ticket: 'OPS-1' },
  })
  expect(await silence({ comment: 'x'.repeat(400) })).toEqual({
    status: 400,
    body: expect.stringMatching(
      /^"silence exceeded maximum size: \d+ bytes \(limit: 400 bytes\)"$/,
    ),
  })
  expect((await silence()).status).toBe(200)
  expect(await silence()).toEqual({
    status: 400,
    body: '"exceeded maximum number of silences: 2 (limit: 2)"',
  })
  expect((await silence({ id: silenceID, comment: 'changed' })).status).toBe(200)
})

test('in classic mode names are those of Prometheus before UTF-8', async () => {
  const posted = await arena.post([{ labels: { alertname: 'Good' } }, { labels: { 'foo🙂': 'x' } }])
  expect(posted.status).toBe(400)
  expect(await posted.json()).toBe('invalid label set: invalid name "foo🙂"')
  expect(await arena.get('/api/v2/alerts?filter=alertname%3DGood')).toHaveLength(1)
  const matchers = [{ name: 'foo🙂', value: 'x', isRegex: false }]
  expect((await silence({ matchers })).body).toMatch(/^"invalid silence: invalid label matcher/)
})

test('alerts of one name beyond the limit are dropped and counted, known ones are not', async () => {
  const alert = (n: number) => ({ labels: { alertname: 'Many', n: String(n) } })
  expect((await arena.post([1, 2, 3, 4].map(alert))).status).toBe(200)
  expect((await arena.post([1, 5].map(alert))).status).toBe(200)
  const found = await arena.get<{ labels: { n: string } }[]>('/api/v2/alerts?filter=n%21%3D%22%22')
  expect(found.map(({ labels }) => labels.n).sort()).toEqual(['1', '2'])
  const metrics = await arena.metrics.registry.metrics()
  expect(metrics).toMatch(/alertmanager_alerts_limited_total 3/)
  expect(metrics).toMatch(/alertmanager_alerts_per_alert_limit 2/)
})

test('receivers are found by their labels, groups of a quiet hour name it', async () => {
  await arena.post([{ labels: { alertname: 'Late', team: 'night' } }])
  const gold = 'receiver_matchers=tier%3D%22gold%22'
  expect(await arena.get(`/api/v2/receivers?${gold}`)).toEqual([
    { name: 'night', labels: { name: 'night', tier: 'gold' } },
  ])
  const found = await arena.get<{ labels: object }[]>(`/api/v2/alerts?${gold}`)
  expect(found.map(({ labels }) => labels)).toEqual([{ alertname: 'Late', team: 'night' }])
  expect(await arena.get(`/api/v2/alerts/groups?${gold}`)).toMatchObject([
    {
      receiver: { name: 'night' },
      routeLabels: {},
      alerts: [{ status: { mutedBy: ['always'], state: 'suppressed' } }],
    },
  ])
  expect(await arena.get(`/api/v2/alerts/groups?${gold}&muted=false`)).toEqual([])
})

test('GET requests beyond the limit are turned away and counted', async () => {
  const statuses = new Set<number>()
  // How many of them meet is chance.
  await until(async () => {
    const asked = Array.from({ length: 40 }, () => fetch(`${arena.url}/api/v2/silences`))
    for (const { status } of await Promise.all(asked)) statuses.add(status)
    return statuses.size > 1
  })
  expect(statuses).toEqual(new Set([200, 503]))
  const metrics = await arena.metrics.registry.metrics()
  expect(metrics).toMatch(
    /alertmanager_http_concurrency_limit_exceeded_total\{method="get"\} [1-9]/,
  )
  expect(metrics).toMatch(
    /duration_seconds_count\{handler="\/api\/v2\/silences",method="get",code="200"\} [1-9]/,
  )
})

test('a browser of another origin may ask what it may send', async () => {
  const response = await fetch(`${arena.url}/api/v2/silences`, {
    method: 'OPTIONS',
    headers: { Origin: 'http://x.example', 'Access-Control-Request-Method': 'POST' },
  })
  expect(response.status).toBe(204)
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect(response.headers.get('Access-Control-Allow-Methods')).toBe('GET, POST')
})
