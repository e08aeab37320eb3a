/** The formats over HTTP: what is pushed in one is scraped in each. */
import { expect, test } from '@jest/globals'
import type { WireWriter } from '#lib/wire-writer'
import { createFakeDisk } from '#test/fake-disk'
import { openTestGateway, type TestGateway, type TestGatewayOptions } from '../fake/gateway.ts'
import { parseText } from '../text/text-parser.ts'
import { decodeFamilies } from './decode-families.ts'
import { encodeValue } from './encode-metric.ts'
import { encodeFamilies } from './fake/families.ts'
import { histogram, native, span } from './schema.ts'

const protobuf =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'
const openMetrics = 'application/openmetrics-text;version=1.0.0'

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

/** What was pushed, without the times of groups. */
async function scraped({ send }: TestGateway, accept: string): Promise<string> {
  const { status, body } = await send('GET', '/metrics', { headers: { Accept: accept } })
  expect(status).toBe(200)
  const isTime = (line: string) => /^(# \w+ )?push_(failure_)?time_seconds\b/.test(line)
  return body
    .split('\n')
    .filter((line) => !isTime(line))
    .join('\n')
}

/** Asked for with a client that gives bytes. */
async function families(url: string) {
  const reply = await fetch(`${url}/metrics`, { headers: { Accept: protobuf } })
  const all = decodeFamilies(Buffer.from(await reply.arrayBuffer())).families
  return all.filter(({ name }) => !name.startsWith('push_'))
}

function writeNative(to: WireWriter): void {
  to.varint(histogram.count)
  to.varint(3)
  to.varint(histogram.sum)
  to.double(4.5)
  to.varint(native.schema)
  to.varint(2)
  to.nested(native.positiveSpan, () => {
    to.varint(span.offset)
    to.varint(0)
    to.varint(span.length)
    to.varint(1)
  })
  to.nested(native.positiveDeltas, () => to.varint(6))
}

test('a native histogram comes back as it was pushed, after a restart too', async () => {
  const disk = createFakeDisk()
  const proto = encodeValue('histogram', writeNative)
  const metric = { labels: [], value: 0, count: 3, sum: 4.5, points: [], proto }
  const body = encodeFamilies([{ name: 'nh', type: 'histogram', help: 'N.', metrics: [metric] }])
  await withGateway({ disk }, async ({ send, url }) => {
    const headers = { 'Content-Type': protobuf }
    expect((await send('PUT', '/metrics/job/j', { body, headers })).status).toBe(200)
    expect((await families(url))[0]?.metrics[0]?.proto).toEqual(proto)
  })
  await withGateway({ disk }, async ({ url, exposed }) => {
    const [family] = await families(url)
    expect(family).toMatchObject({ name: 'nh', type: 'histogram', help: 'N.' })
    const labels = [
      ['instance', ''],
      ['job', 'j'],
    ]
    expect(family?.metrics).toEqual([{ ...metric, labels }])
    expect(await exposed()).toContain('nh_bucket{instance="",job="j",le="+Inf"} 3')
  })
})

test('a native histogram that would break a scrape is refused', () =>
  withGateway({}, async ({ send, exposed }) => {
    const proto = encodeValue('histogram', (to) => {
      writeNative(to)
      to.varint(native.positiveDelta)
      to.varint(2)
    })
    const metric = { labels: [], value: 0, count: 3, sum: 4.5, points: [], proto }
    const body = encodeFamilies([
      { name: 'nh', type: 'histogram', help: undefined, metrics: [metric] },
    ])
    const headers = { 'Content-Type': protobuf }
    expect(await send('PUT', '/metrics/job/j', { body, headers })).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^pushed metrics are invalid .*spans need 1 buckets, have 2/),
    })
    expect(await exposed()).toContain('push_failure_time_seconds{instance="",job="j"} T')
  }))

test('names in UTF-8 are stored as they are, and shown as the client takes them', async () => {
  const disk = createFakeDisk()
  const flags = ['--push.enable-utf8-names']
  const path = '/metrics/job/j/U__key_2e_x/v'
  const shownAs: Record<string, string> = {
    '': 'a_b{instance="",job="j",key_x="v",l_x="1"} 2\n',
    'text/plain;escaping=allow-utf-8': '{"a.b",instance="",job="j","key.x"="v","l.x"="1"} 2\n',
    'text/plain;escaping=dots': 'a_dot_b{instance="",job="j",key_dot_x="v",l_dot_x="1"} 2\n',
    'text/plain;escaping=values':
      'U__a_2e_b{instance="",job="j",U__key_2e_x="v",U__l_2e_x="1"} 2\n',
  }
  const check = async (server: TestGateway) => {
    for (const [accept, line] of Object.entries(shownAs))
      expect(await scraped(server, accept)).toContain(`\n${line}`)
  }
  await withGateway({ disk, flags }, async (server) => {
    const body = '# TYPE "a.b" gauge\n{"a.b","l.x"="1"} 2\n'
    expect((await server.send('PUT', path, { body })).status).toBe(200)
    await check(server)
  })
  await withGateway({ disk, flags }, async (server) => {
    await check(server)
    const { body } = await server.send('GET', '/api/v1/metrics')
    const [group] = JSON.parse(body).data
    expect(group.labels).toEqual({ job: 'j', 'key.x': 'v' })
    expect(group['a.b'].metrics[0].labels).toMatchObject({ 'l.x': '1', 'key.x': 'v' })
    await server.send('DELETE', path)
    expect(await scraped(server, '')).not.toContain('a_b')
  })
})

test('names that become alike break no scrape', () =>
  withGateway({ flags: ['--push.enable-utf8-names'] }, async (server) => {
    const bodies = [
      '# TYPE a_b counter\na_b{x_y="1"} 1\n',
      '# TYPE "a.b" gauge\n{"a.b","x.y"="1"} 2\n',
      '# TYPE a_b counter\n{a_b,"x.y"="1"} 3\n',
    ]
    for (const [i, body] of bodies.entries())
      expect((await server.send('PUT', `/metrics/job/j${i}`, { body })).status).toBe(200)
    const text = await scraped(server, '')
    expect(
      parseText(Buffer.from(text)).families.map(({ name, metrics }) => [name, metrics.length]),
    ).toEqual([
      ['U__a_2e_b', 1],
      ['a_b', 2],
    ])
    expect(text).toContain('\na_b{instance="",job="j2",U__x_2e_y="1"} 3\n')
  }))

test('what is pushed as text and as protobuf is shown alike', () =>
  withGateway({}, async (server) => {
    const text = [
      '# HELP h Help\n# TYPE h histogram\nh_bucket{a="b",le="1"} 2\nh_bucket{a="b",le="+Inf"} 3\n',
      'h_sum{a="b"} 4.5\nh_count{a="b"} 3\n# TYPE s summary\ns{quantile="0.5"} NaN\ns_sum 1e+21\n',
      's_count 7\n# TYPE c counter\nc 12345678\nu{x="\\\\\\"\\n"} -Inf\n',
    ].join('')
    await server.send('PUT', '/metrics/job/j', { body: text })
    const shown = await scraped(server, '')
    const body = encodeFamilies(parseText(Buffer.from(text)).families)
    await server.send('PUT', '/metrics/job/j', { body, headers: { 'Content-Type': protobuf } })
    expect(await scraped(server, '')).toBe(shown)
  }))

test('OpenMetrics is text unless it is turned on', async () => {
  const body = '# TYPE c counter\nc_total 1 # {t="x"} 0.5\nc_created 12\n# EOF\n'
  const sent = { body, headers: { 'Content-Type': openMetrics } }
  await withGateway({}, async (server) => {
    expect((await server.send('PUT', '/metrics/job/j', sent)).status).toBe(400)
    const { headers } = await server.send('GET', '/metrics', { headers: { Accept: openMetrics } })
    expect(headers['content-type']).toMatch(/^text\/plain/)
  })
  await withGateway({ flags: ['--web.enable-openmetrics'] }, async (server) => {
    expect((await server.send('PUT', '/metrics/job/j', sent)).status).toBe(200)
    expect(await scraped(server, '')).toContain(
      '# TYPE c_total counter\nc_total{instance="",job="j"} 1\n',
    )
    const text = await scraped(server, openMetrics)
    expect(text).toContain('# TYPE c counter\nc_total{instance="",job="j"} 1.0 # {t="x"} 0.5\n')
    expect(text).toMatch(/# EOF\n$/)
    const wrong = { ...sent, body: 'a 1\n' }
    expect(await server.send('PUT', '/metrics/job/j', wrong)).toMatchObject({
      status: 400,
      body: 'text format parsing error in line 2: data does not end with # EOF\n',
    })
  })
})
