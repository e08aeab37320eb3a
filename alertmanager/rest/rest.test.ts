import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { type Arena, openArena } from '../arena.conformance.ts'

let arena: Arena

const yaml = `
route:
  receiver: quiet
  group_by: [alertname]
  routes: [{ matchers: [team=x], receiver: xs }]
receivers: [{ name: quiet }, { name: xs }]
`

beforeAll(async () => {
  arena = await openArena(yaml)
})

afterAll(() => arena.close())

const json = { 'Content-Type': 'application/json' }

async function ask(method: string, path: string, body?: unknown, headers: object = json) {
  const response = await fetch(`${arena.url}${path}`, {
    method,
    headers: { ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('Content-Type') === 'application/json'
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}

const at = (fromNowMs: number) => new Date(systemClock.nowMs() + fromNowMs).toISOString()
const unknownId = '00000000-0000-4000-8000-000000000000'
const draft = (more: object = {}) => ({
  matchers: [{ name: 'a', value: 'b', isRegex: false }],
  startsAt: at(-1000),
  endsAt: at(3_600_000),
  createdBy: 'me',
  comment: 'c',
  ...more,
})
const add = async (more: object = {}) =>
  (await ask('POST', '/api/v2/silences', draft(more))).body.silenceID as string

describe('answers to posted alerts', () => {
  test.each<[string, unknown, number, unknown]>([
    ['one alert', [{ labels: { a: 'b' } }], 200, ''],
    ['none', [], 200, ''],
    ['no labels', [{ labels: {} }], 400, 'at least one label pair required'],
    ['only empty labels', [{ labels: { a: '' } }], 400, 'at least one label pair required'],
    ['labels missing', [{}], 422, { code: 602, message: '0.labels in body is required' }],
    ['an object', {}, 400, { code: 400, message: expect.stringContaining('parsing alerts body') }],
    ['broken JSON', '[{', 400, { code: 400, message: expect.stringContaining('parsing alerts') }],
    ['nothing', '', 422, { code: 602, message: 'alerts in body is required' }],
    [
      'a label that is a number',
      [{ labels: { a: 1 } }],
      400,
      { code: 400, message: expect.any(String) },
    ],
    [
      'a bad time',
      [{ labels: { a: 'b' }, startsAt: 'zz' }],
      400,
      { code: 400, message: expect.any(String) },
    ],
    [
      'an end before its start',
      [{ labels: { a: 'b' }, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }],
      400,
      'start time must be before end time',
    ],
    [
      'a source that is no URI',
      [{ labels: { a: 'b' }, generatorURL: '::zz' }],
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "::zz"' },
    ],
  ])('%s', async (_, body, status, expected) => {
    expect(await ask('POST', '/api/v2/alerts', body)).toEqual({ status, body: expected })
  })

  test('another content type', async () => {
    const answer = await ask('POST', '/api/v2/alerts', '[]', { 'Content-Type': 'text/plain' })
    expect(answer).toEqual({
      status: 415,
      body: {
        code: 415,
        message: 'unsupported media type "text/plain", only [application/json] are allowed',
      },
    })
  })
})

describe('answers to what is not there', () => {
  test.each<[string, string, number, unknown]>([
    ['GET', '/api/v2/nothing', 404, { code: 404, message: 'path /api/v2/nothing was not found' }],
    [
      'PUT',
      '/api/v2/alerts',
      405,
      { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' },
    ],
    ['GET', '/api/v1/alerts', 410, expect.objectContaining({ status: 'deprecated' })],
    ['GET', '/-/reload', 405, 'Method Not Allowed\n'],
    ['GET', '/-/healthy', 200, 'OK'],
    ['HEAD', '/-/ready', 200, ''],
    ['POST', '/-/reload', 200, ''],
    [
      'GET',
      '/api/v2/silence/xx',
      422,
      { code: 601, message: 'silenceID in path must be of type uuid: "xx"' },
    ],
    ['GET', `/api/v2/silence/${unknownId}`, 404, ''],
    ['DELETE', `/api/v2/silence/${unknownId}`, 404, ''],
    ['GET', '/api/v2/alerts?filter=xx', 400, 'bad matcher format: xx'],
    [
      'GET',
      '/api/v2/alerts?receiver=(',
      400,
      expect.stringMatching(/^failed to parse receiver param/),
    ],
    ['GET', '/api/v2/silences?filter=xx', 400, 'bad matcher format: xx'],
  ])('%s %s', async (method, path, status, body) => {
    expect(await ask(method, path)).toEqual({ status, body })
  })
})

describe('alerts that are listed', () => {
  beforeAll(async () => {
    await arena.post([
      { labels: { alertname: 'One', team: 'x' }, annotations: { summary: 's' } },
      { labels: { alertname: 'Two', node: 'n1' }, startsAt: '2026-01-01T00:00:00Z' },
      { labels: { alertname: 'Gone' }, endsAt: '2026-01-01T00:00:00Z' },
      { labels: { alertname: 'Hushed' } },
    ])
    await add({ matchers: [{ name: 'alertname', value: 'Hus.*', isRegex: true }] })
  })

  const names = async (query: string) => {
    const alerts = await arena.get<{ labels: { alertname?: string } }[]>(`/api/v2/alerts?${query}`)
    return alerts.flatMap(({ labels }) => labels.alertname ?? []).sort()
  }

  test.each([
    ['', ['Hushed', 'One', 'Two']],
    ['silenced=false', ['One', 'Two']],
    ['active=false', ['Hushed']],
    ['active=maybe&silenced=false', []],
    ['filter=alertname%3DOne', ['One']],
    ['filter=alertname%3D~%22One%7CTwo%22&filter=node%3Dn1', ['Two']],
    ['receiver=x.', ['One']],
    ['receiver=x', []],
  ])('with "%s"', async (query, expected) => {
    expect(await names(query)).toEqual(expected)
  })

  test('each with all that is known of it', async () => {
    const [two] = await arena.get<object[]>('/api/v2/alerts?filter=alertname%3DTwo')
    expect(two).toEqual({
      annotations: {},
      endsAt: expect.stringMatching(/^20/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      receivers: [{ name: 'quiet' }],
      startsAt: '2026-01-01T00:00:00.000Z',
      status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
      updatedAt: expect.stringMatching(/^20/),
      labels: { alertname: 'Two', node: 'n1' },
    })
  })

  test('in groups, too', async () => {
    const groups = await arena.get<object[]>('/api/v2/alerts/groups?silenced=false')
    expect(groups).toMatchObject([
      { labels: {}, receiver: { name: 'quiet' }, alerts: [{ labels: { a: 'b' } }] },
      { labels: { alertname: 'One' }, receiver: { name: 'xs' }, alerts: [{}] },
      { labels: { alertname: 'Two' }, alerts: [{ labels: { node: 'n1' } }] },
    ])
  })
})

describe('silences', () => {
  test.each<[string, object, number, unknown]>([
    ['no matchers', { matchers: [] }, 422, expect.objectContaining({ code: 612 })],
    [
      'no comment',
      { comment: undefined },
      422,
      { code: 602, message: 'comment in body is required' },
    ],
    [
      'all matchers match the empty text',
      { matchers: [{ name: 'a', value: '', isRegex: false }] },
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    ['an unknown id', { id: unknownId }, 404, 'silence not found'],
    [
      'an end in the past',
      { startsAt: at(-9_000_000), endsAt: at(-8_000_000) },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      'a start after the end',
      { startsAt: at(9_000_000) },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'a bad regex',
      { matchers: [{ name: 'a', value: '(', isRegex: true }] },
      400,
      expect.stringContaining('invalid label matcher'),
    ],
  ])('are refused: %s', async (_, more, status, body) => {
    expect(await ask('POST', '/api/v2/silences', draft(more))).toEqual({ status, body })
  })

  const get = async (id: string) => (await ask('GET', `/api/v2/silence/${id}`)).body

  test('a start in the past becomes now', async () => {
    const silence = await get(await add({ startsAt: at(-3_600_000) }))
    expect(silence.status).toEqual({ state: 'active' })
    expect(Date.parse(silence.startsAt)).toBeGreaterThan(systemClock.nowMs() - 60_000)
    expect(silence.matchers).toEqual([{ name: 'a', value: 'b', isRegex: false, isEqual: true }])
  })

  test('one that is prolonged stays itself, one that matches other alerts is another', async () => {
    const id = await add()
    const { startsAt } = await get(id)
    expect(await add({ id, startsAt, endsAt: at(7_200_000), comment: 'longer' })).toBe(id)
    expect(await get(id)).toMatchObject({ comment: 'longer', status: { state: 'active' } })
    const matchers = [{ name: 'a', value: 'c', isRegex: false }]
    const other = await add({ id, startsAt, matchers })
    expect(other).not.toBe(id)
    expect((await get(id)).status).toEqual({ state: 'expired' })
    expect((await get(other)).status).toEqual({ state: 'active' })
  })

  test('one that is expired stays listed and cannot expire twice', async () => {
    const id = await add()
    expect((await ask('DELETE', `/api/v2/silence/${id}`)).status).toBe(200)
    expect((await get(id)).status).toEqual({ state: 'expired' })
    expect((await ask('DELETE', `/api/v2/silence/${id}`)).status).toBe(500)
  })

  test('are listed: active by end, then pending by start, then expired', async () => {
    const all = await arena.get<{ status: { state: string }; endsAt: string }[]>('/api/v2/silences')
    const states = all.map(({ status }) => status.state)
    expect(states).toEqual([...states].sort((a, b) => rank(a) - rank(b)))
    const ends = all.filter(({ status }) => status.state === 'active').map(({ endsAt }) => endsAt)
    expect(ends).toEqual([...ends].sort())
    const filtered = await arena.get<object[]>('/api/v2/silences?filter=a%3Dc&expired=false')
    expect(filtered).toMatchObject([{ matchers: [{ name: 'a', value: 'c' }] }])
  })

  const rank = (state: string) => ['active', 'pending', 'expired'].indexOf(state)
})

test('the status shows the configuration, the version and the start', async () => {
  expect(await arena.get('/api/v2/status')).toMatchObject({
    cluster: { status: 'disabled', peers: [] },
    config: { original: yaml },
    versionInfo: { version: '0.33.1' },
    uptime: expect.stringMatching(/^20.*Z$/),
  })
  expect(await arena.get('/api/v2/receivers')).toEqual([
    { name: 'quiet', labels: { name: 'quiet' } },
    { name: 'xs', labels: { name: 'xs' } },
  ])
})

test('upstream metric names count what happens', async () => {
  const text = await arena.metrics.registry.metrics()
  for (const line of [
    /alertmanager_alerts_received_total\{status="firing",version="v2"\} [1-9]/,
    /alertmanager_alerts_invalid_total\{version="v2"\} [1-9]/,
    /alertmanager_config_last_reload_successful 1/,
    /alertmanager_receivers 2/,
    /alertmanager_notifications_failed_total\{integration="email",reason="serverError"\} 0/,
  ])
    expect(text).toMatch(line)
})
