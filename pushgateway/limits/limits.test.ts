/** Each limit by itself: what it lets through, what it answers, what it leaves of the group. */
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from '@jest/globals'
import { createFakeDisk } from '#test/fake-disk'
import { openTestGateway, type Sent, type TestGateway } from '../fake/gateway.ts'

const opened: TestGateway[] = []
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function open(...flags: string[]): Promise<TestGateway> {
  const gateway = await openTestGateway({ flags, disk: createFakeDisk() })
  opened.push(gateway)
  return gateway
}

const put = (gateway: TestGateway, body: string, path = '/metrics/job/x') =>
  gateway.send('PUT', path, { body })

/** How often each limit has turned somebody away. */
async function rejected({ metrics }: TestGateway): Promise<Record<string, number>> {
  const metric = metrics.registry.getSingleMetric('zstone_pushgateway_rejected_total')
  const { values } = await metric!.get()
  const counted = values.filter(({ value }) => value > 0)
  return Object.fromEntries(counted.map(({ labels, value }) => [String(labels['reason']), value]))
}

const series = (count: number) =>
  Array.from({ length: count }, (_, i) => `a{i="${i}"} 1\n`).join('')

test.each([
  [
    'families',
    '--push.families-max=2',
    'a 1\nb 1\n',
    'a 1\nb 1\nc 1\n',
    'it has 3 metric families',
  ],
  [
    'series_per_group',
    '--push.series-per-group-max=5',
    series(5),
    series(6),
    'would have 6 series',
  ],
  [
    'labels',
    '--push.labels-max=3',
    'a{b="1",c="2"} 1\n',
    'a{b="1",c="2",d="3"} 1\n',
    'has 4 labels',
  ],
  [
    'label_name_length',
    '--push.label-name-length-max=4',
    'a{four="1"} 1\n',
    'a{fives="1"} 1\n',
    'a label name of 5 bytes',
  ],
  [
    'label_value_length',
    '--push.label-value-length-max=4',
    'a{b="ää"} 1\n',
    'a{b="äää"} 1\n',
    'a label value of 6 bytes',
  ],
  ['stored_size', '--push.stored-size-max=1000', series(5), series(50), 'it comes to 3'],
])(
  '%s: what is over the limit is refused whole, and said',
  async (limit, flag, fits, over, found) => {
    const gateway = await open(flag)
    expect((await put(gateway, fits)).status).toBe(200)
    const before = await gateway.exposed()
    const { status, body, headers } = await put(gateway, over)
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 413, retry: undefined })
    expect(body).toContain(found)
    expect(body).toContain(flag.replace(/.*=/, 'the limit is '))
    expect(body).toContain(flag.replace(/=.*/, ''))
    expect(await rejected(gateway)).toEqual({ [limit]: 1 })
    const failed = 'push_failure_time_seconds{instance="",job="x"}'
    expect(await gateway.exposed()).toEqual(
      before.map((line) => (line === `${failed} 0` ? `${failed} T` : line)),
    )
  },
)

test('labels that the group overwrites do not count twice, those of the URL do', async () => {
  const gateway = await open('--push.labels-max=3')
  expect((await put(gateway, 'a{job="y",b="1",c="2"} 1\n')).status).toBe(200)
  expect((await put(gateway, 'a{b="1"} 1\n', '/metrics/job/x/k/v')).status).toBe(200)
  expect((await put(gateway, 'a{b="1",c="2"} 1\n', '/metrics/job/x/k/v')).status).toBe(413)
})

test('a histogram counts as the series that it shows', async () => {
  const gateway = await open('--push.series-per-group-max=4')
  const bucket = (le: string) => `h_bucket{le="${le}"} 1\n`
  const histogram = (...bounds: string[]) =>
    `# TYPE h histogram\n${bounds.map(bucket).join('')}h_sum 1\nh_count 1\n`
  expect((await put(gateway, histogram('1', '+Inf'))).status).toBe(200)
  expect((await put(gateway, histogram('1', '2', '+Inf'))).status).toBe(413)
})

test('a POST counts what the group keeps, a PUT does not', async () => {
  const gateway = await open('--push.series-per-group-max=5')
  const b = series(3).replaceAll('a{', 'b{')
  expect((await put(gateway, series(3))).status).toBe(200)
  expect((await gateway.send('POST', '/metrics/job/x', { body: b })).status).toBe(413)
  expect((await put(gateway, b)).status).toBe(200)
})

test('no limit makes a group that did not exist, nor does a refusal in a full store', async () => {
  const gateway = await open('--push.families-max=1', '--push.series-max=3')
  expect((await put(gateway, 'a 1\nb 1\n', '/metrics/job/new')).status).toBe(413)
  expect((await put(gateway, 'a 1\n')).status).toBe(200)
  expect((await put(gateway, 'a 1 1234\n', '/metrics/job/new')).status).toBe(400)
  expect(gateway.gateway.groups()).toHaveLength(1)
})

test('a full store answers 429, keeps what is there up to date, and has room after a deletion', async () => {
  const gateway = await open('--push.series-max=10')
  expect((await put(gateway, series(3))).status).toBe(200)
  expect((await put(gateway, series(3), '/metrics/job/y')).status).toBe(200)
  const before = await gateway.exposed()
  for (const [body, job] of [
    [series(4), 'x'],
    ['a 1\n', 'z'],
  ]) {
    const reply = await put(gateway, body!, `/metrics/job/${job}`)
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
    expect(reply.body).toMatch(/would show 1[13] series, the limit is 10 \(--push.series-max\)/)
  }
  expect(await gateway.exposed()).toEqual(before)
  expect(await rejected(gateway)).toEqual({ series: 2 })
  expect((await put(gateway, series(3).replaceAll('} 1', '} 2'))).status).toBe(200)
  await gateway.send('DELETE', '/metrics/job/y')
  expect((await put(gateway, series(6))).status).toBe(200)
})

test('without the check limits hold all the same', async () => {
  const gateway = await open('--push.disable-consistency-check', '--push.families-max=1')
  expect((await put(gateway, 'a 1\nb 1\n')).status).toBe(413)
  expect((await put(gateway, 'a 1\n')).status).toBe(202)
})

test('a body over its size is 413, packed or not, and counted', async () => {
  const gateway = await open('--push.body-size-max=1000')
  const long = series(200)
  const sent: Sent[] = [
    { body: long },
    { body: gzipSync(long), headers: { 'Content-Encoding': 'gzip' } },
  ]
  for (const one of sent)
    expect((await gateway.send('PUT', '/metrics/job/x', one)).status).toBe(413)
  expect(await rejected(gateway)).toEqual({ body_size: 2 })
})
