/** Many groups in one request, over real HTTP. */
import { afterEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFakeDisk, diskError } from '#test/fake-disk'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'

const opened: TestGateway[] = []

afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function open(disk = createFakeDisk(), flags: readonly string[] = []): Promise<TestGateway> {
  const gateway = await openTestGateway({ disk, flags })
  opened.push(gateway)
  return gateway
}

async function push(gateway: TestGateway, body: string, { query = '', headers = {} } = {}) {
  const reply = await gateway.send('POST', `/api/v1/push${query}`, { body, headers })
  return { ...reply, json: JSON.parse(reply.body) }
}

async function samples(gateway: TestGateway): Promise<string[]> {
  const lines = await gateway.exposed()
  return lines.filter((line) => !line.startsWith('#') && !line.startsWith('push_'))
}

const three = `
# GROUP PUT /metrics/job/x/instance/1
# TYPE a counter
a 1
# GROUP POST /metrics/job@base64/eQ
a{of="y"} 2
# GROUP DELETE /metrics/job/old
`

test('each group is put, added or deleted as if it came alone', async () => {
  const gateway = await open()
  await gateway.send('PUT', '/metrics/job/old', { body: 'a 1\n' })
  await gateway.send('PUT', '/metrics/job/y', { body: 'b 1\n' })
  await gateway.send('PUT', '/metrics/job/x/instance/1', { body: 'b 1\n' })
  const body = three.replace('# TYPE a counter\n', '')
  const { status, json } = await push(gateway, body)
  expect(status).toBe(200)
  expect(json).toEqual({
    status: 'success',
    data: {
      stored: 3,
      refused: 0,
      groups: [
        { method: 'PUT', path: '/metrics/job/x/instance/1', status: 200 },
        { method: 'POST', path: '/metrics/job@base64/eQ', status: 200 },
        { method: 'DELETE', path: '/metrics/job/old', status: 202 },
      ],
    },
  })
  expect(await samples(gateway)).toEqual([
    'a{instance="",job="y",of="y"} 2',
    'a{instance="1",job="x"} 1',
    'b{instance="",job="y"} 1',
  ])
})

const mixed = `# GROUP PUT /metrics/job/good
a 1
# GROUP PUT /metrics/job/unreadable
a one
# GROUP PUT /metrics/job/stamped
a 1 17
# GROUP PUT /metrics/job/odd/label
a 1
# GROUP PUT /elsewhere
a 1
# GROUP DELETE /metrics/job/x
a 1
# GROUP PUT /metrics/job/clash
# TYPE a counter
a 1
`

test('a group that is refused does not keep the others out, and says why', async () => {
  const gateway = await open()
  const { status, json } = await push(gateway, mixed)
  expect(status).toBe(207)
  expect(json).toMatchObject({ status: 'partial', data: { stored: 1, refused: 6 } })
  const told = json.data.groups.map((row: { status: number; error?: string }) => row.error ?? '')
  expect(told).toEqual([
    '',
    expect.stringContaining('text format parsing error in line 1: expected float'),
    expect.stringContaining('must not have timestamps'),
    expect.stringContaining('odd number of components'),
    'Cannot take push: /elsewhere is not the path of a group',
    'Cannot take push: a group to delete has no metrics',
    expect.stringContaining('of type COUNTER is not a UNTYPED'),
  ])
  expect(await samples(gateway)).toEqual(['a{instance="",job="good"} 1'])
})

test('with atomic=true one refusal keeps all out and leaves no trace', async () => {
  const gateway = await open()
  for (const bad of ['a one\n', '# TYPE a counter\na 1\n', 'a 1 17\n']) {
    const body = `# GROUP PUT /metrics/job/good\na 1\n# GROUP PUT /metrics/job/bad\n${bad}`
    const { status, json } = await push(gateway, body, { query: '?atomic=true' })
    expect(status).toBe(400)
    expect(json).toMatchObject({ status: 'error', errorType: 'bad_data' })
    expect(json.data.groups.map((row: { status: number }) => row.status)).toEqual([424, 400])
    expect(gateway.gateway.groups()).toEqual([])
  }
  const body = '# GROUP PUT /metrics/job/x\na 1\n# GROUP PUT /metrics/job/y\na 2\n'
  expect(await push(gateway, body, { query: '?atomic=true' })).toMatchObject({ status: 200 })
  expect(gateway.gateway.groups()).toHaveLength(2)
})

test('one group twice in a request is pushed in order', async () => {
  const gateway = await open()
  const body = '# GROUP PUT /metrics/job/x\na 1\nb 1\n# GROUP POST /metrics/job/x\na 2\n'
  await push(gateway, body, { headers: { 'X-Push-Id': 'one' } })
  expect(await samples(gateway)).toEqual(['a{instance="",job="x"} 2', 'b{instance="",job="x"} 1'])
})

test.each([
  ['a 1\n# GROUP PUT /metrics/job/x\na 1\n', 'in line 1'],
  ['# TYPE a counter\n', 'in line 1'],
  ['# GROUP PUT /metrics/job/x\na 1\n# group PUT /metrics/job/y\na 2\n', 'in line 3'],
  ['# GROUP PATCH /metrics/job/x\na 1\n', 'in line 1'],
  ['# GROUP PUT metrics/job/x\na 1\n', 'in line 1'],
  ['# GROUP PUT /metrics/job/x idd=1\na 1\n', 'in line 1'],
  ['# GROUP PUT /metrics/job/x\r\na 1\n', 'in line 1'],
])('a line that only looks like the head of a group refuses all: %j', async (body, where) => {
  const gateway = await open()
  const { status, json } = await push(gateway, body)
  expect(status).toBe(400)
  expect(json.error).toContain(where)
  expect(gateway.gateway.groups()).toEqual([])
})

test('what is no comment at the start of a line begins no group', async () => {
  const gateway = await open()
  const text = '# GROUP PUT /metrics/job/evil'
  const body = `# GROUP PUT /metrics/job/x\n# HELP a ${text}\na{l="\\n${text}"} 1\n`
  expect(await push(gateway, body)).toMatchObject({ status: 200 })
  expect(gateway.gateway.groups()).toHaveLength(1)
})

test('no group at all is fine; an unknown parameter and protobuf are not', async () => {
  const gateway = await open()
  expect(await push(gateway, '')).toMatchObject({ status: 200, json: { data: { stored: 0 } } })
  expect(await push(gateway, three, { query: '?atomc=true' })).toMatchObject({ status: 400 })
  const headers = { 'Content-Type': 'application/vnd.google.protobuf; encoding=delimited' }
  expect(await push(gateway, three, { headers })).toMatchObject({ status: 400 })
})

test('what one request brings is durable together', async () => {
  const disk = createFakeDisk()
  const gateway = await open(disk)
  const group = (i: number) => `# GROUP PUT /metrics/job/j/instance/${i}\na ${i}\n`
  const body = Array.from({ length: 50 }, (_, i) => group(i)).join('')
  expect(await push(gateway, body)).toMatchObject({ status: 200 })
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(await samples(next)).toEqual(await samples(gateway))
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  const refused = await push(gateway, body.replaceAll('job/j', 'job/k'))
  expect(refused).toMatchObject({ status: 507, headers: { 'retry-after': '1' } })
  expect(refused.json).toMatchObject({ status: 'error', errorType: 'unavailable' })
  expect(gateway.gateway.groups()).toHaveLength(50)
})

test('a request that is sent again counts once, group by group', async () => {
  const gateway = await open(createFakeDisk(), ['--push.aggregate=job="ci"'])
  const group = (path: string, rest = '') =>
    `# GROUP POST /metrics/job/ci/${path}${rest}\n# TYPE c counter\nc 1\n`
  const first = group('of/a') + group('of/b', ' id=own') + group('of/a')
  const headers = { 'X-Push-Id': 'run-1' }
  await push(gateway, first, { headers })
  const { json } = await push(gateway, first, { headers })
  expect(json.data.groups.map((row: { repeated?: boolean }) => row.repeated)).toEqual([
    true,
    true,
    true,
  ])
  await push(gateway, group('of/b', ' id=own'))
  expect(await samples(gateway)).toEqual([
    'c{instance="",job="ci",of="a"} 2',
    'c{instance="",job="ci",of="b"} 1',
  ])
})

test('limits hold for each group and for all together', async () => {
  const flags = [
    '--push.series-per-group-max=2',
    '--push.stored-size-max=2000',
    '--push.aggregate=sum="up"',
  ]
  const gateway = await open(createFakeDisk(), flags)
  const body = '# GROUP PUT /metrics/job/x\na 1\nb 1\nc 1\n# GROUP PUT /metrics/job/y\na 1\n'
  const { status, json } = await push(gateway, body)
  expect(status).toBe(207)
  expect(json.data.groups[0]).toMatchObject({ status: 413 })
  const group = (i: number) => `# GROUP PUT /metrics/job/${'j'.repeat(150)}${i}\na 1\n`
  const many = Array.from({ length: 20 }, (_, i) => group(i)).join('')
  expect(await push(gateway, many)).toMatchObject({ status: 413 })
  const added = many.replaceAll('PUT', 'POST').replaceAll('\na', '/sum/up\na')
  expect(await push(gateway, added)).toMatchObject({ status: 413 })
  expect(await push(gateway, '# GROUP DELETE /metrics/job/a\n'.repeat(10_001))).toMatchObject({
    status: 400,
  })
  const metrics = await gateway.metrics.registry.metrics()
  expect(metrics).toContain('zstone_pushgateway_rejected_total{reason="series_per_group"} 1\n')
  expect(metrics).toContain('zstone_pushgateway_rejected_total{reason="stored_size"} 2\n')
})

test('a group may have a TTL of its own', async () => {
  const gateway = await open()
  const body = '# GROUP PUT /metrics/job/x ttl=2h\na 1\n# GROUP PUT /metrics/job/y ttl=soon\na 1\n'
  const { json } = await push(gateway, body, { headers: { 'X-Pushgateway-TTL': '1h' } })
  expect(json.data.groups.map((row: { status: number }) => row.status)).toEqual([200, 400])
})

const someGroups = fc.array(
  fc.record({
    method: fc.constantFrom('PUT', 'POST', 'DELETE'),
    job: fc.constantFrom('x', 'y', 'z'),
    metrics: fc.constantFrom(
      'a 1\n',
      'a 2\nb{l="1"} 1\n',
      '# TYPE b gauge\nb 1\n',
      'c 1 17\n',
      'd\n',
    ),
  }),
  { maxLength: 8 },
)

test('a request of many groups does what the same requests do one by one', async () => {
  await fc.assert(
    fc.asyncProperty(someGroups, async (groups) => {
      const [together, alone] = [await open(), await open()]
      const parts = groups.map(({ method, job, metrics }) => {
        return { method, path: `/metrics/job/${job}`, body: method === 'DELETE' ? '' : metrics }
      })
      const body = parts.map((part) => `# GROUP ${part.method} ${part.path}\n${part.body}`).join('')
      const { json } = await push(together, body)
      for (const [i, part] of parts.entries()) {
        const { status } = await alone.send(part.method, part.path, { body: part.body })
        expect(json.data.groups[i].status).toBe(status)
      }
      expect(await together.exposed()).toEqual(await alone.exposed())
    }),
    { numRuns: 40 },
  )
})
