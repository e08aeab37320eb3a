import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { kinds } from '#api/kinds/all'
import { until } from '#test/until'
import { type House, openHouse, token } from '../fake/house.ts'
import { routesOf } from './routes.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await until(async () => (await house.ask('/v1/pools')).body.total === 1)
})
afterAll(() => house.close())

const ended = (id: string) =>
  until(async () => {
    const { body } = await house.ask(`/v1/jobs/${id}`)
    return body.finishedAt === undefined ? undefined : body
  })
const deviceNamed = async (name: string) =>
  (await house.ask(`/v1/devices?q=name=${name}`)).body.items[0]

describe('reading', () => {
  test('lists what the engine and the topology hold, from cluster to device', async () => {
    const totals = await Promise.all(
      ['clusters', 'racks', 'nodes', 'devices', 'pools', 'alerts'].map(
        async (plural) => (await house.ask(`/v1/${plural}`)).body.total,
      ),
    )
    expect(totals).toEqual([1, 4, 4, 7, 1, 0])
    const device = await deviceNamed('n1/sda')
    expect(device).toMatchObject({
      kind: 'device',
      node: 'n1',
      device: 'sda',
      state: 'in',
      up: true,
    })
    expect((await house.ask(`/v1/devices/${device.id}`)).body).toEqual(device)
    expect((await house.ask('/v1/nodes?q=name=n1')).body.items[0].id).toBe(device.parentId)
  })

  test.each([
    ['devices?q=state=empty', ['n0/sdz']],
    ['devices?q=state!=in&sort=name', ['n0/sdz']],
    ['devices?q=usedBytes>=100&q=node=n1&sort=-name', ['n1/sdb', 'n1/sda']],
    ['devices?q=name~=n2%25&sort=%2Bname&limit=1', ['n2/sda']],
    ['devices?q=name~=n2%25&sort=+name&limit=1&start=1', ['n2/sdb']],
    ['devices?q=node?=n0,n3&sort=name', ['n0/sdz', 'n3/sda', 'n3/sdb']],
    ['devices?q=dataDisk is null', ['n0/sdz']],
    ['devices?q=node.rack.name=dc1/r3&sort=name', ['n3/sda', 'n3/sdb']],
    ['racks?q=cluster.health=ok&sort=name&limit=2', ['dc1/r0', 'dc1/r1']],
  ])('the query %s finds %j', async (query, names) => {
    const { status, body } = await house.ask(`/v1/${query}`)
    expect(status).toBe(200)
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(names)
  })

  test('fields= answers only those fields and the id', async () => {
    const { body } = await house.ask('/v1/devices?fields=name,state&q=name=n1/sda')
    expect(Object.keys(body.items[0]).sort()).toEqual(['id', 'name', 'state'])
  })

  test.each([
    ['devices?q=colour=red', 'no field has the name "colour"; device has id, name'],
    ['devices?colour=red', 'no parameter has the name "colour"; there are q, limit'],
    ['devices?q=node.colour=red', 'no field has the name "node.colour"; node has id, name'],
    ['devices?q=pool.name=gold', '"pool" is not above device; "node" is'],
    ['devices?q=usedBytes=many', '"usedBytes" is compared with a number, not with "many"'],
    ['devices?q=nonsense', 'is no condition'],
    ['devices?sort=colour', 'no field has the name "colour"'],
    ['devices?fields=colour', 'no field has the name "colour"'],
    ['devices?limit=1001', 'limit is a whole number from 0 to 1000'],
    ['devices?limit=-1', 'limit is a whole number'],
    ['alerts?q=labels=x', '"labels" holds a list and cannot be compared'],
    ['devices?q=usedBytes~=1', '"usedBytes" is no text'],
    ['devices?q=name=%00', 'zero byte'],
  ])('the query %s is refused with what would be right', async (query, words) => {
    const { status, body, headers } = await house.ask(`/v1/${query}`)
    expect([status, body.code]).toEqual([400, 'QUERY_INVALID'])
    expect(body.title).toContain(words)
    expect(headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('changing', () => {
  test('a pool is made by a job that the answer names', async () => {
    const { status, headers, body } = await house.ask('/v1/pools', {
      body: { name: 'silver', copies: 2, faultDomain: 'node' },
    })
    expect([status, body.kind, body.workflow]).toEqual([202, 'job', 'create pool'])
    expect(headers.get('location')).toBe(`/v1/jobs/${body.id}`)
    const job = await ended(body.id)
    expect(job).toMatchObject({ state: 'succeeded', requestedBy: 'api' })
    expect(job.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(
      job.steps.map(({ name, state }: { name: string; state: string }) => [name, state]),
    ).toEqual([
      ['check that the name is free', 'done'],
      ['make pool', 'done'],
      ['record', 'done'],
    ])
    const { items } = (await house.ask('/v1/pools?q=name=silver')).body
    expect(items[0]).toMatchObject({ copies: 2, faultDomain: 'node', objects: 0 })

    const removal = await house.ask(`/v1/pools/${items[0].id}`, { method: 'DELETE' })
    expect(removal.status).toBe(202)
    expect((await ended(removal.body.id)).state).toBe('succeeded')
    expect((await house.ask('/v1/pools?q=name=silver')).body.total).toBe(0)
  })

  test('a pool whose rule the topology cannot satisfy is refused at once', async () => {
    const body = { name: 'far', copies: 2, faultDomain: 'datacentre' }
    const { status, body: problem } = await house.ask('/v1/pools', { body })
    expect([status, problem.code]).toEqual([409, 'POOL_UNPLACEABLE'])
    expect(problem.title).toBe(
      'Cannot create pool "far": 2 copies need as many datacentres that take data, ' +
        'and there are 1; add some or choose a narrower fault domain',
    )
    expect((await house.ask('/v1/jobs?q=workflow=create pool&q=state=failed')).body.total).toBe(0)
  })

  test.each([
    [{ name: 'Gold!', copies: 2, faultDomain: 'rack' }, 'name'],
    [{ name: 'x', copies: 9, faultDomain: 'rack' }, 'copies'],
    [{ name: 'x', copies: 2, faultDomain: 'moon' }, 'faultDomain'],
    [{ name: 'x', copies: 2, faultDomain: 'rack', colour: 1 }, 'colour'],
    [{ copies: 2, faultDomain: 'rack' }, 'name'],
    [[], 'expected object'],
  ])('the pool %j is refused, naming %s', async (body, word) => {
    const { status, body: problem } = await house.ask('/v1/pools', { body })
    expect([status, problem.code]).toEqual([400, 'BODY_INVALID'])
    expect(problem.title).toContain(word)
  })

  test('a pool of a name that there is, and one that holds objects, are refused', async () => {
    const taken = await house.ask('/v1/pools', {
      body: { name: 'gold', copies: 2, faultDomain: 'rack' },
    })
    expect([taken.status, taken.body.code]).toEqual([409, 'POOL_EXISTS'])
    const { id } = (await house.ask('/v1/pools?q=name=gold')).body.items[0]
    const full = await house.ask(`/v1/pools/${id}`, { method: 'DELETE' })
    expect(full.body.title).toBe('Cannot delete pool "gold": it holds 9 objects; delete them first')
  })

  test('a drain asked for twice under one id is one job', async () => {
    const { id } = await deviceNamed('n1/sdb')
    const jobId = '0123456789abcdef0123456789abcdef'
    const drain = () =>
      house.ask(`/v1/devices/${id}/actions/drain`, { body: {}, headers: { 'X-Job-UUID': jobId } })
    const [first, again] = [await drain(), await drain()]
    expect(first.headers.get('location')).toBe('/v1/jobs/01234567-89ab-cdef-0123-456789abcdef')
    expect(again.body.id).toBe(first.body.id)
    expect(await ended(first.body.id)).toMatchObject({
      state: 'succeeded',
      subject: `device/${id}`,
    })
    expect(house.engine.disks.get('n1-sdb')?.state).toBe('out')
    expect((await drain()).body.state).toBe('succeeded')
    const { body } = await house.ask(
      `/v1/devices/${(await deviceNamed('n2/sda')).id}/actions/drain`,
      {
        method: 'POST',
        headers: { 'X-Job-UUID': jobId },
      },
    )
    expect(body.code).toBe('JOB_ID_TAKEN')
  })

  test('a drain without data disk, a bad job id and unknown resources are refused', async () => {
    const { id } = await deviceNamed('n0/sdz')
    const ask = (path: string, headers = {}) => house.ask(path, { method: 'POST', headers })
    const codes = [
      await ask(`/v1/devices/${id}/actions/drain`),
      await ask(`/v1/devices/${id}/actions/drain`, { 'X-Job-UUID': 'x' }),
      await ask(`/v1/devices/${token.slice(32)}/actions/drain`),
      await ask('/v1/devices/x/actions/drain'),
      await ask(`/v1/jobs/${token.slice(32)}/actions/cancel`),
      await house.ask(`/v1/devices/${token.slice(32)}`),
      await house.ask('/v1/jobs/x'),
    ].map(({ status, body }) => [status, body.code])
    expect(codes).toEqual([
      [409, 'DEVICE_WITHOUT_DATA_DISK'],
      [400, 'JOB_ID_INVALID'],
      ...Array.from({ length: 5 }, () => [404, 'RESOURCE_UNKNOWN']),
    ])
  })

  test('a job can be cancelled, and then the device takes data again', async () => {
    house.engine.disks.get('n3-sda')!.objects = 1_000_000
    const { id } = await deviceNamed('n3/sda')
    const { body: job } = await house.ask(`/v1/devices/${id}/actions/drain`, { body: {} })
    await until(() => house.engine.disks.get('n3-sda')?.state === 'draining')
    const { status } = await house.ask(`/v1/jobs/${job.id}/actions/cancel`, { method: 'POST' })
    expect(status).toBe(202)
    expect(await ended(job.id)).toMatchObject({
      state: 'cancelled',
      error: { code: 'JOB_CANCELLED' },
    })
    expect(house.engine.disks.get('n3-sda')?.state).toBe('in')
  })
})

describe('every request', () => {
  test('needs the token, but for the status and the description', async () => {
    const bare = (path: string, authorization = '') =>
      house.ask(path, { headers: { Authorization: authorization } })
    for (const path of ['/v1/status', '/v1/openapi.json', '/v1/docs', '/v1/docs/swagger-ui.css'])
      expect([path, (await bare(path)).status]).toEqual([path, 200])
    for (const wrong of ['', 'Bearer x', `Basic ${token}`, 'Bearer ']) {
      const { status, body, headers } = await bare('/v1/pools', wrong)
      expect([wrong, status, body.code]).toEqual([wrong, 401, 'TOKEN_WRONG'])
      expect(headers.get('www-authenticate')).toBe('Bearer')
    }
    const post = await house.ask('/v1/notifications', { body: {}, headers: { Authorization: '' } })
    expect(post.status).toBe(401)
  })

  test.each([
    ['{', 400, 'BODY_NOT_JSON'],
    [`"${'x'.repeat(1024 * 1024)}"`, 413, 'BODY_TOO_LARGE'],
  ])('with the body %.10s is answered %d %s', async (body, status, code) => {
    const reply = await house.ask('/v1/pools', { body })
    expect([reply.status, reply.body.code]).toEqual([status, code])
  })

  test('for what there is not is answered 404 or 405, with what there is', async () => {
    expect((await house.ask('/v1/volumes')).body).toMatchObject({
      status: 404,
      code: 'ROUTE_UNKNOWN',
    })
    expect((await house.ask('/v1/docs/../../package.json')).status).toBe(404)
    expect((await house.ask('/v1/docs/package.json')).status).toBe(404)
    expect((await house.ask('/v1/devices/%zz')).status).toBe(400)
    const { status, body } = await house.ask('/v1/nodes', { method: 'DELETE' })
    expect([status, body.title]).toEqual([405, 'Cannot DELETE /v1/nodes: it answers GET only'])
  })

  test('is measured by route and status', async () => {
    const text = await house.metrics.registry.metrics()
    expect(text).toContain(
      'zstone_master_api_request_seconds_count{route="listDevices",status="200"}',
    )
  })
})

describe('the description', () => {
  test('names every route that answers, and every route that it names answers', async () => {
    const { body } = await house.ask('/v1/openapi.json')
    const described = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method} ${path}`),
    )
    const served = routesOf(kinds).map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    )
    expect(described.sort()).toEqual(served.sort())
    for (const operation of described) {
      const [method = '', path = ''] = operation.split(' ')
      const real = path.replace('{id}', token.slice(32)).replace('{file}', 'start.js')
      const { body: answer } = await house.ask(real, { method: method.toUpperCase() })
      expect([operation, answer.code]).not.toEqual([operation, 'ROUTE_UNKNOWN'])
      expect([operation, answer.code]).not.toEqual([operation, 'METHOD_NOT_ALLOWED'])
    }
  })

  test('is a page that loads nothing from elsewhere', async () => {
    const { headers, body } = await house.ask('/v1/docs')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(body).not.toMatch(/https?:/)
    for (const [, file] of body.matchAll(/(?:src|href)="([^"]+)"/g))
      expect([file, (await house.ask(`/v1/${file}`)).status]).toEqual([file, 200])
  })
})

test('the status shows nodes, pools and jobs', async () => {
  const { body } = await house.ask('/v1/status')
  expect(body).toMatchObject({ health: 'ok', reasons: [] })
  expect(body.pools).toEqual([
    { name: 'gold', copies: 3, faultDomain: 'rack', objects: 9, degraded: 0, unavailable: 0 },
  ])
  expect(body.jobs.length).toBeGreaterThan(2)
})
