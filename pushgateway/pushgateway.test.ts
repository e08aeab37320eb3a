import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { encodeSnappyFrames } from '#lib/snappy-frame'
import { createFakeDisk, diskError } from '#test/fake-disk'
import { until } from '#test/until'
import { openTestGateway, type TestGateway, type TestGatewayOptions } from './fake/gateway.ts'

async function withGateway(
  options: TestGatewayOptions,
  run: (server: TestGateway) => Promise<void>,
): Promise<void> {
  const server = await openTestGateway(options)
  try {
    await run(server)
  } finally {
    await server.close()
  }
}

const groupTimes = (labels: string, pushed = 'T', failed = '0') => [
  `push_failure_time_seconds{${labels}} ${failed}`,
  `push_time_seconds{${labels}} ${pushed}`,
]

test('PUT replaces a group, POST replaces families of it, DELETE removes it', () =>
  withGateway({}, async ({ send, exposed }) => {
    const path = '/metrics/job/j'
    expect(await send('PUT', path, { body: 'a{x="1"} 1\na{x="2"} 1\nb 1\n' })).toMatchObject({
      status: 200,
      body: '',
    })
    await send('POST', path, { body: 'a{x="3"} 2\nc 1\n' })
    const times = groupTimes('instance="",job="j"')
    expect(await exposed()).toEqual(
      [
        '# TYPE a untyped',
        '# TYPE b untyped',
        '# TYPE c untyped',
        'a{instance="",job="j",x="3"} 2',
        'b{instance="",job="j"} 1',
        'c{instance="",job="j"} 1',
        ...times,
      ].sort(),
    )
    await send('PUT', path, { body: '' })
    expect(await exposed()).toEqual(times)
    expect((await send('DELETE', path)).status).toBe(202)
    expect((await send('DELETE', path)).status).toBe(202)
    expect(await exposed()).toEqual([])
  }))

test('a refused push changes nothing but the time of the failure', () =>
  withGateway({}, async ({ send, exposed }) => {
    await send('PUT', '/metrics/job/j', { body: 'm 1\n' })
    const refused = await send('PUT', '/metrics/job/j', { body: 'm 2 1000\nn 1\n' })
    expect(refused).toMatchObject({
      status: 400,
      body: expect.stringMatching(
        /^pushed metrics are .*: pushed metrics must not have timestamps\n$/,
      ),
    })
    expect(await exposed()).toEqual([
      '# TYPE m untyped',
      'm{instance="",job="j"} 1',
      ...groupTimes('instance="",job="j"', 'T', 'T'),
    ])
    await send('PUT', '/metrics/job/new', { body: 'm 2 1000\n' })
    expect(await exposed()).toContain('push_time_seconds{instance="",job="new"} 0')
  }))

const histogram = '# TYPE h histogram\nh_count 1\n'

test.each([
  ['another type', '# TYPE m counter\nm 1\n', '# TYPE m gauge\nm 1\n', 'is not a COUNTER'],
  ['a suffix of a histogram', histogram, '# TYPE h_count gauge\nh_count 1\n', 'collides'],
  ['a histogram over a suffix', 'h_bucket 1\n', histogram, 'collides'],
  ['the same series twice', '', 'm{a="1"} 1\nm{a="1"} 2\n', 'was collected before'],
  ['a family of the server', '', '# TYPE own_total gauge\nown_total 1\n', 'is not a COUNTER'],
])('%s is refused', (_, first, second, reason) =>
  withGateway(
    { ownMetrics: async () => '# TYPE own_total counter\nown_total 1\n' },
    async ({ send }) => {
      await send('PUT', '/metrics/job/j', { body: first })
      const reply = await send('PUT', '/metrics/job/k', { body: second })
      expect(reply.status).toBe(400)
      expect(reply.body).toContain(reason)
    },
  ),
)

test('a series that another group holds is refused, and free when that is gone', () =>
  withGateway({}, async ({ send }) => {
    await send('PUT', '/metrics/job/j/tag/v', { body: 'm 1\n' })
    const clash = { body: 'm{tag="v"} 2\n' }
    const refused = await send('PUT', '/metrics/job/j', clash)
    expect(refused.body).toContain('m{instance="",job="j",tag="v"} was collected before')
    expect((await send('PUT', '/metrics/job/j', { body: 'm{tag="w"} 2\n' })).status).toBe(200)
    await send('DELETE', '/metrics/job/j/tag/v')
    expect((await send('PUT', '/metrics/job/j', clash)).status).toBe(200)
    expect((await send('PUT', '/metrics/job/j/tag/v', { body: 'm 1\n' })).status).toBe(400)
  }))

test('two groups that differ in an empty instance only cannot be shown together', () =>
  withGateway({}, async ({ send }) => {
    await send('PUT', '/metrics/job/j', { body: 'm 1\n' })
    const twin = await send('PUT', '/metrics/job/j/instance@base64/=', { body: 'n 1\n' })
    expect(twin).toMatchObject({ status: 400 })
    expect((await send('GET', '/metrics')).status).toBe(200)
  }))

test('the type of a family may change with the push that replaces it', () =>
  withGateway({}, async ({ send, exposed }) => {
    await send('PUT', '/metrics/job/j', { body: '# TYPE m counter\nm 1\n' })
    expect((await send('POST', '/metrics/job/j', { body: '# TYPE m gauge\nm 1\n' })).status).toBe(
      200,
    )
    expect(await exposed()).toContain('# TYPE m gauge')
  }))

test('without the check a clash is taken and every scrape fails until it is deleted', () =>
  withGateway({ flags: ['--push.disable-consistency-check'] }, async ({ send }) => {
    expect((await send('PUT', '/metrics/job/j/tag/v', { body: 'm 1\n' })).status).toBe(202)
    expect((await send('PUT', '/metrics/job/j', { body: 'm{tag="v"} 2\n' })).status).toBe(202)
    expect((await send('GET', '/metrics')).status).toBe(500)
    await send('DELETE', '/metrics/job/j')
    expect((await send('GET', '/metrics')).status).toBe(200)
  }))

test('/metrics joins the families of the server, sorts families, and packs on request', () =>
  withGateway(
    { ownMetrics: async () => 'b_own 1\n# HELP c Own.\nc{x="y"} 5\n' },
    async ({ send }) => {
      await send('PUT', '/metrics/job/j/instance/2', { body: 'c 2\na 1\n' })
      await send('PUT', '/metrics/job/j/instance/1', { body: 'c 1\n' })
      const headers = { 'Accept-Encoding': 'gzip', Accept: 'application/openmetrics-text' }
      const reply = await send('GET', '/metrics', { headers })
      expect(reply.headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
      })
      expect(
        reply.body.replace(/(push_\w*time_seconds.*|# .* push_\w*time_seconds.*)\n/g, ''),
      ).toBe(
        '# TYPE a untyped\na{instance="2",job="j"} 1\n# TYPE b_own untyped\nb_own 1\n' +
          '# HELP c Own.\n# TYPE c untyped\n' +
          'c{x="y"} 5\nc{instance="1",job="j"} 1\nc{instance="2",job="j"} 2\n',
      )
      const refused = await send('GET', '/metrics', { headers: { 'Accept-Encoding': 'gzip;q=0' } })
      expect(refused.headers['content-encoding']).toBeUndefined()
    },
  ))

test('a body over the limit is answered with 413, packed or not, and the next push is taken', () =>
  withGateway({ flags: ['--push.body-size-max=1000'] }, async ({ send }) => {
    const body = `# ${'x'.repeat(2000)}\n`
    expect(await send('PUT', '/metrics/job/j', { body })).toMatchObject({ status: 413 })
    const packed = { body: gzipSync(body), headers: { 'Content-Encoding': 'gzip' } }
    expect(await send('PUT', '/metrics/job/j', packed)).toMatchObject({ status: 413 })
    expect(await send('PUT', '/metrics/job/j', { body: 'm 1\n' })).toMatchObject({ status: 200 })
  }))

test('a full queue is answered with 429 and when to try again', async () => {
  const disk = createFakeDisk()
  let synced = Promise.resolve()
  const slow = {
    ...disk,
    async open(path: string) {
      const file = await disk.open(path)
      return { ...file, sync: () => synced.then(file.sync) }
    },
  }
  await withGateway({ disk: slow, flags: ['--push.queue-length-max=1'] }, async ({ send }) => {
    let finish = () => {}
    synced = new Promise((resolve) => {
      finish = resolve
    })
    const push = (job: string) => send('PUT', `/metrics/job/${job}`, { body: 'm 1\n' })
    const first = push('a')
    expect(await until(async () => (await send('GET', '/-/healthy')).status === 500)).toBe(true)
    expect(await push('b')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
    finish()
    expect((await first).status).toBe(200)
    expect((await push('b')).status).toBe(200)
  })
})

test('a body is unpacked as its coding says, and what cannot be unpacked is refused', () =>
  withGateway({ flags: ['--push.body-size-max=100000'] }, async ({ send, exposed }) => {
    const push = (coding: string, body: Buffer | string) =>
      send('PUT', '/metrics/job/j', { body, headers: { 'Content-Encoding': coding } })
    const filler = Buffer.from(`#${' '.repeat(200_000)}\n`)
    for (const [coding, pack] of [
      ['gzip', gzipSync],
      ['Snappy', encodeSnappyFrames],
    ] as const) {
      const name = coding.toLowerCase()
      expect((await push(coding, pack(Buffer.from(`${name} 1\n`)))).status).toBe(200)
      expect(await exposed()).toContain(`${name}{instance="",job="j"} 1`)
      expect((await push(coding, 'm 1\n')).status).toBe(400)
      expect((await push(coding, pack(filler))).status).toBe(413)
    }
    expect((await push('br', 'm 1\n')).status).toBe(200)
  }))

test('a full disk is answered with 507 and a broken one makes the gateway unhealthy', async () => {
  const disk = createFakeDisk()
  await withGateway({ disk }, async ({ send, exposed }) => {
    await send('PUT', '/metrics/job/j', { body: 'm 1\n' })
    disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
    expect(await send('PUT', '/metrics/job/j', { body: 'm 2\n' })).toMatchObject({
      status: 507,
      headers: { 'retry-after': '1' },
    })
    expect((await send('GET', '/-/healthy')).status).toBe(200)
    disk.failWhen((operation) => (operation === 'sync' ? diskError('EIO') : undefined))
    expect((await send('DELETE', '/metrics/job/j')).status).toBe(503)
    expect((await send('GET', '/-/healthy')).status).toBe(500)
    expect(await exposed()).toContain('m{instance="",job="j"} 1')
  })
})

test('groups, samples and traces of pushes survive a restart', async () => {
  const disk = createFakeDisk()
  const clock = createManualClock(1_700_000_000_500)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const body = '# HELP m H.\n# TYPE m gauge\nm{l="a\\"\\\\\\nb"} +Inf\n'
  await withGateway({ disk, clock }, async ({ send }) => {
    await send('PUT', '/metrics/job/j', { body, headers: { traceparent } })
  })
  const next = await openTestGateway({
    disk: disk.afterCrash({ bytes: 0, names: 0, garbled: false }),
  })
  expect(next.gateway.groups()).toEqual([
    {
      labels: { job: 'j' },
      pushedAtMs: 1_700_000_000_500,
      failedAtMs: undefined,
      seriesCount: 1,
      traceparent,
    },
  ])
  const instance = { instance: '', job: 'j' }
  expect([...next.gateway.samples()]).toMatchObject([
    { name: 'm', labels: { ...instance, l: 'a"\\\nb' }, value: Infinity, origin: traceparent },
    { name: 'push_failure_time_seconds', labels: instance, value: 0, origin: traceparent },
    { name: 'push_time_seconds', labels: instance, value: 1_700_000_000.5, origin: traceparent },
  ])
  await next.close()
})

test('a push without a trace begins one, and a malformed one is not handed on', () =>
  withGateway({}, async ({ send, gateway }) => {
    await send('PUT', '/metrics/job/j', { body: '', headers: { traceparent: 'nonsense' } })
    expect(gateway.groups()[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  }))

test('/api/v1/metrics shows groups, types and points in the known shape', () =>
  withGateway({ clock: createManualClock(0) }, async ({ send }) => {
    const body =
      '# TYPE h histogram\nh_bucket{le="0.1"} 1\nh_sum 5.5\nh_count 3\n' +
      '# HELP s S.\n# TYPE s summary\ns{quantile="0.5"} 1\ns_count 10000000\n'
    await send('PUT', '/metrics/job/j', { body })
    const { status, data } = JSON.parse((await send('GET', '/api/v1/metrics')).body)
    const labels = { instance: '', job: 'j' }
    expect(status).toBe('success')
    expect(data).toMatchObject([
      {
        labels: { job: 'j' },
        h: {
          time_stamp: '1970-01-01T00:00:00.000Z',
          type: 'HISTOGRAM',
          metrics: [{ labels, buckets: { '0.1': '1', '+Inf': '3' }, count: '3', sum: '5.5' }],
        },
        s: {
          type: 'SUMMARY',
          help: 'S.',
          metrics: [{ labels, quantiles: { '0.5': '1' }, count: '10000000', sum: '0' }],
        },
        push_time_seconds: { type: 'GAUGE', metrics: [{ labels, value: '0' }] },
      },
    ])
  }))

test('requests, pushes and the log are measured', () =>
  withGateway({}, async ({ send, metrics }) => {
    await send('PUT', '/metrics/job/j', { body: 'm 1\n' })
    await send('PUT', '/metrics/job/j', { body: 'm\n' })
    const text = await metrics.registry.metrics()
    expect(text).toContain(
      'pushgateway_http_requests_total{handler="push",code="200",method="put"} 1',
    )
    expect(text).toContain(
      'pushgateway_http_requests_total{handler="push",code="400",method="put"} 1',
    )
    expect(text).toContain('zstone_pushgateway_wal_records_total 1')
    expect(text).toContain('zstone_pushgateway_wal_fsync_seconds_count 1')
  }))

test('a closed gateway says so', async () => {
  const server = await openTestGateway()
  await server.gateway.close()
  expect(await server.send('PUT', '/metrics/job/j', { body: 'm 1\n' })).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
  })
  expect((await server.send('GET', '/-/ready')).status).toBe(503)
  await server.close()
})
