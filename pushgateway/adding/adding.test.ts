/** Groups that add up what is pushed to them, over real HTTP. */
import { afterEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFakeDisk, diskError } from '#test/fake-disk'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'

const flags = ['--push.aggregate=job="ci"', '--push.aggregate={job=~"batch-.*",team="a"}']
const opened: TestGateway[] = []

afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function open(disk = createFakeDisk()): Promise<TestGateway> {
  const gateway = await openTestGateway({ flags, disk })
  opened.push(gateway)
  return gateway
}

const ci = '/metrics/job/ci'

async function post(gateway: TestGateway, body: string, headers = {}, path = ci) {
  return gateway.send('POST', path, { body, headers })
}

async function samples(gateway: TestGateway): Promise<string[]> {
  const lines = await gateway.exposed()
  return lines.filter((line) => !line.startsWith('#') && !line.startsWith('push_'))
}

test('counters add up series by series, and those that are not pushed stay', async () => {
  const gateway = await open()
  await post(
    gateway,
    '# HELP built Builds.\n# TYPE built counter\nbuilt{of="a"} 2\nbuilt{of="b"} 1\n',
  )
  await post(gateway, '# TYPE built counter\nbuilt{of="a"} 0.5\nbuilt{of="c"} 7\n')
  expect(await samples(gateway)).toEqual([
    'built{instance="",job="ci",of="a"} 2.5',
    'built{instance="",job="ci",of="b"} 1',
    'built{instance="",job="ci",of="c"} 7',
  ])
  expect(await gateway.exposed()).toContain('# HELP built Builds.')
})

test('gauges and untyped values are replaced series by series, never added', async () => {
  const gateway = await open()
  await post(gateway, '# TYPE took gauge\ntook{of="a"} 2\ntook{of="b"} 1\nseen 4\n')
  await post(gateway, '# TYPE took gauge\ntook{of="a"} 3\nseen 5\n')
  expect(await samples(gateway)).toEqual([
    'seen{instance="",job="ci"} 5',
    'took{instance="",job="ci",of="a"} 3',
    'took{instance="",job="ci",of="b"} 1',
  ])
})

const histogram = (buckets: string, count: number) =>
  `# TYPE h histogram\n${buckets}h_sum ${count / 2}\nh_count ${count}\n`

test('histograms with the same buckets add up, whatever their order and with +Inf left out', async () => {
  const gateway = await open()
  await post(gateway, histogram('h_bucket{le="1"} 1\nh_bucket{le="2.0"} 3\n', 4))
  await post(
    gateway,
    histogram('h_bucket{le="2"} 1\nh_bucket{le="+Inf"} 2\nh_bucket{le="1"} 1\n', 2),
  )
  expect(await samples(gateway)).toEqual([
    'h_bucket{instance="",job="ci",le="+Inf"} 6',
    'h_bucket{instance="",job="ci",le="1"} 2',
    'h_bucket{instance="",job="ci",le="2"} 4',
    'h_count{instance="",job="ci"} 6',
    'h_sum{instance="",job="ci"} 3',
  ])
})

test('a histogram with other buckets is refused as a whole, and PUT begins anew', async () => {
  const gateway = await open()
  const first = `# TYPE c counter\nc 1\n${histogram('h_bucket{le="1"} 1\n', 4)}`
  const other = `# TYPE c counter\nc 1\n${histogram('h_bucket{le="5"} 1\n', 4)}`
  await post(gateway, first)
  const reply = await post(gateway, other)
  expect(reply).toMatchObject({ status: 400 })
  expect(reply.body).toContain(
    'histogram "h" has the buckets 1, +Inf, and the buckets 5, +Inf were pushed',
  )
  expect(await samples(gateway)).toContain('c{instance="",job="ci"} 1')
  await gateway.send('PUT', ci, { body: other })
  expect(await samples(gateway)).toEqual([
    'c{instance="",job="ci"} 1',
    'h_bucket{instance="",job="ci",le="+Inf"} 4',
    'h_bucket{instance="",job="ci",le="5"} 1',
    'h_count{instance="",job="ci"} 4',
    'h_sum{instance="",job="ci"} 2',
  ])
})

test('of a summary the count and the sum add up, and the quantiles are those of the last', async () => {
  const gateway = await open()
  const summary = (quantile: number) =>
    `# TYPE s summary\ns{quantile="0.5"} ${quantile}\ns_sum 3\ns_count 2\n`
  await post(gateway, summary(1))
  await post(gateway, summary(4))
  expect(await samples(gateway)).toEqual([
    's_count{instance="",job="ci"} 4',
    's_sum{instance="",job="ci"} 6',
    's{instance="",job="ci",quantile="0.5"} 4',
  ])
})

test('what a library tells of its own process is replaced', async () => {
  const gateway = await open()
  for (const seconds of [3, 2])
    await post(
      gateway,
      `# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ${seconds}\n`,
    )
  expect(await samples(gateway)).toEqual([])
  const { body } = await gateway.send('GET', '/metrics')
  expect(body).toContain('process_cpu_seconds_total{instance="",job="ci"} 2\n')
})

test('labels of the group are no part of what is compared', async () => {
  const gateway = await open()
  const path = '/metrics/job/batch-1/team/a'
  const bodies = ['c{team="x",instance=""} 1\n', 'c{job="other"} 2\n', 'c{instance="i"} 5\n']
  for (const body of bodies) await post(gateway, `# TYPE c counter\n${body}`, {}, path)
  expect(await samples(gateway)).toEqual([
    'c{instance="",job="batch-1",team="a"} 3',
    'c{instance="i",job="batch-1",team="a"} 5',
  ])
})

test('groups that no rule selects are replaced as ever', async () => {
  const gateway = await open()
  const path = '/metrics/job/batch-1/team/b'
  for (const value of [3, 2]) await post(gateway, `# TYPE c counter\nc ${value}\n`, {}, path)
  expect(await samples(gateway)).toEqual(['c{instance="",job="batch-1",team="b"} 2'])
})

test.each([
  ['# TYPE c counter\nc -1\n', 'counter "c" cannot grow by -1'],
  ['# TYPE c counter\nc NaN\n', 'counter "c" cannot grow by NaN'],
  ['# TYPE s summary\ns_sum NaN\ns_count 1\n', 'summary "s" has the sum NaN'],
  ['# TYPE c counter\nc 1\nc 2\n', 'was collected before with the same name and label values'],
])('what would spoil a sum is refused: %j', async (body, reason) => {
  const gateway = await open()
  expect((await post(gateway, body)).body).toContain(reason)
  expect(await samples(gateway)).toEqual([])
})

test('a family of another type begins anew', async () => {
  const gateway = await open()
  await post(gateway, '# TYPE c gauge\nc 40\n')
  await post(gateway, '# TYPE c counter\nc 2\n')
  expect(await samples(gateway)).toEqual(['c{instance="",job="ci"} 2'])
})

const one = '# TYPE c counter\nc 1\n'

test('a push that is sent again under its name counts once, after a restart too', async () => {
  const disk = createFakeDisk()
  const gateway = await open(disk)
  const first = await post(gateway, one, { 'X-Push-Id': 'run-1' })
  expect(first).toMatchObject({ status: 200 })
  expect(first.headers['x-push-repeated']).toBeUndefined()
  const again = await post(gateway, one, { 'X-Push-Id': 'run-1' })
  expect(again).toMatchObject({ status: 200, headers: { 'x-push-repeated': 'true' } })
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  await post(next, one, { 'X-Push-Id': 'run-1' })
  await post(next, one, { 'X-Push-Id': 'run-2' })
  expect(await samples(next)).toEqual(['c{instance="",job="ci"} 2'])
})

test('a push that was refused or not stored adds nothing, and may come again', async () => {
  const disk = createFakeDisk()
  const gateway = await open(disk)
  const headers = { 'X-Push-Id': 'run-1' }
  expect(await post(gateway, `${one}d 1 17\n`, headers)).toMatchObject({ status: 400 })
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  expect(await post(gateway, one, headers)).toMatchObject({ status: 507 })
  disk.failWhen(() => undefined)
  expect(await post(gateway, one, headers)).toMatchObject({ status: 200 })
  expect(await samples(gateway)).toEqual(['c{instance="",job="ci"} 1'])
})

test('a name of a push that is too long or has blanks is refused', async () => {
  const gateway = await open()
  for (const id of ['a b', 'x'.repeat(65)])
    expect(await post(gateway, one, { 'X-Push-Id': id })).toMatchObject({ status: 400 })
})

test('whatever is pushed at once, in turn, again or beside a restart: the sum is right', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(
          fc.record({
            value: fc.nat(1000),
            of: fc.constantFrom('a', 'b'),
            copies: fc.integer({ min: 1, max: 3 }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        { maxLength: 6 },
      ),
      async (waves) => {
        const sums = new Map<string, number>()
        let disk = createFakeDisk()
        let gateway = await open(disk)
        for (const [w, wave] of waves.entries()) {
          const pushes = wave.flatMap(({ value, of, copies }, i) => {
            sums.set(of, (sums.get(of) ?? 0) + value)
            const headers = { 'X-Push-Id': `${w}/${i}` }
            const body = `# TYPE c counter\nc{of="${of}"} ${value}\n`
            return Array.from({ length: copies }, () => post(gateway, body, headers))
          })
          for (const { status } of await Promise.all(pushes)) expect(status).toBe(200)
          if (w % 2 === 0) continue
          disk = disk.afterCrash({ bytes: 0, names: 0, garbled: false })
          gateway = await open(disk)
        }
        const wanted = [...sums].map(([of, sum]) => `c{instance="",job="ci",of="${of}"} ${sum}`)
        expect(await samples(gateway)).toEqual(wanted.sort())
        for (const one of opened.splice(0)) await one.close()
      },
    ),
    { numRuns: 25 },
  )
})
