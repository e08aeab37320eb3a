import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Notification, NotifiedAlert } from '#api/alert'
import { fingerprint } from '#lib/labels'
import { until } from '#test/until'
import { type House, openHouse } from '../fake/house.ts'

const trace = 'c'.repeat(32)
const startsAt = '2026-11-21T03:00:00.123456789Z'

function alertOf(
  labels: Record<string, string>,
  change: Partial<NotifiedAlert> = {},
): NotifiedAlert {
  return {
    status: 'firing',
    labels,
    annotations: { summary: 'It fails', traceparent: `00-${trace}-${'d'.repeat(16)}-01` },
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: fingerprint(labels),
    ...change,
  }
}

const notificationOf = (...alerts: NotifiedAlert[]): Notification => ({
  version: '4',
  groupKey: '{}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'master',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://127.0.0.1:9093',
  alerts,
  idempotencyKey: 'k',
})

const failing = (node: string, device: string) =>
  alertOf({ alertname: 'DiskFailing', instance: node, device })

describe('a notification', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
    await until(async () => (await house.ask('/v1/devices')).body.total === 7)
  })
  afterAll(() => house.close())
  beforeEach(async () => {
    await house.sql.deleteFrom('job').execute()
    await house.sql.deleteFrom('resource').where('kind', '=', 'alert').execute()
  })

  const notify = (...alerts: NotifiedAlert[]) =>
    house.ask('/v1/notifications', { body: notificationOf(...alerts) })
  const alerts = async () => (await house.ask('/v1/alerts?sort=name')).body.items
  const jobs = async () => (await house.ask('/v1/jobs?sort=createdAt')).body.items

  test('of a failing disk is durable when answered, and drains it in the same trace', async () => {
    const { status, body } = await notify(failing('n1', '/dev/sda'))
    expect([status, body]).toEqual([200, { taken: 1 }])
    const [alert] = await alerts()
    expect(alert).toMatchObject({
      name: 'DiskFailing',
      state: 'firing',
      startsAt: '2026-11-21T03:00:00.123Z',
      traceId: trace,
    })
    const job = await until(async () => {
      const one = (await house.ask(`/v1/jobs/${alert.job}`)).body
      return one.state === 'succeeded' && one
    })
    expect(job).toMatchObject({ requestedBy: `alert/${alert.id}`, traceId: trace })
    expect(house.engine.disks.get('n1-sda')?.state).toBe('out')
  })

  test('that is repeated, also at once, starts nothing twice', async () => {
    const alert = failing('n1', 'sdb')
    await Promise.all([notify(alert), notify(alert), notify(alert, alert)])
    await until(async () => (await jobs())[0]?.state === 'succeeded')
    await notify(alert)
    expect(await jobs()).toHaveLength(1)
    expect(await alerts()).toHaveLength(1)
  })

  test('of two alerts about one device is one job', async () => {
    const labels = { alertname: 'DataDiskDown', node: 'n2', device: 'sda', data_disk: 'n2-sda' }
    await notify(failing('n2', 'sda'), alertOf(labels))
    const [first, second] = await alerts()
    expect(first.job).toBe(second.job)
    expect(await jobs()).toHaveLength(1)
    await until(async () => (await jobs())[0]?.state === 'succeeded')
  })

  test('that resolves an alert is kept, and a late one does not light it again', async () => {
    const labels = { alertname: 'NodeDown', instance: 'n1' }
    const endsAt = '2026-11-21T04:00:00Z'
    await notify(alertOf(labels))
    await notify(alertOf(labels, { status: 'resolved', endsAt }))
    await notify(alertOf(labels))
    expect(await alerts()).toMatchObject([
      { state: 'resolved', endsAt: '2026-11-21T04:00:00.000Z' },
    ])
    expect(await jobs()).toEqual([])
  })

  test('of a resolved alert starts nothing', async () => {
    await notify({ ...failing('n3', 'sda'), status: 'resolved', endsAt: '2026-11-21T04:00:00Z' })
    expect(await jobs()).toEqual([])
  })

  test('of a device without data disk is held, and starts when there is one', async () => {
    await notify(failing('n3', 'sdc'))
    expect((await alerts())[0]).toMatchObject({ held: 'the engine has no data disk on n3/sdc' })
    const disk = house.engine.disks.get('n3-sda')!
    house.engine.disks.set('n3-sdc', { ...disk, id: 'n3-sdc', device: 'sdc', objects: 1 })
    const alert = await until(async () => {
      const [one] = await alerts()
      return one.job !== undefined && one
    })
    expect(alert.held).toBeUndefined()
    await until(async () => (await jobs())[0]?.state === 'succeeded')
  })

  test('of a device that is out, or that people drain already, is held', async () => {
    house.engine.disks.get('n3-sda')!.state = 'draining'
    house.engine.disks.get('n3-sdb')!.state = 'out'
    await notify(failing('n3', 'sda'), failing('n3', 'sdb'))
    const held = (await alerts()).map((alert: { held: string }) => alert.held)
    expect(held.sort()).toEqual([
      'device n3/sda is being drained already',
      'device n3/sdb is out already',
    ])
    Object.assign(house.engine.disks.get('n3-sda')!, { state: 'in' })
  })

  test.each([
    [{}, 'version'],
    [{ ...notificationOf(), version: '3' }, 'version'],
    [notificationOf(alertOf({ a: '1' }, { startsAt: 'yesterday' })), 'startsAt'],
    [notificationOf(alertOf({ a: 'x\0y' }, { fingerprint: 'ab' })), 'labels'],
    [notificationOf({ ...alertOf({ a: '1' }), status: 'odd' as 'firing' }), 'status'],
    [notificationOf({ ...alertOf({ a: '1' }), fingerprint: 'x' }), 'fingerprint'],
  ])('that is malformed is refused whole, naming the place: %#', async (body, word) => {
    const reply = await house.ask('/v1/notifications', { body })
    expect([reply.status, reply.body.code]).toEqual([400, 'BODY_INVALID'])
    expect(reply.body.title).toContain(word)
    expect(await alerts()).toEqual([])
  })
})

test('with reactions disabled an alert is kept, starts nothing, and says so', async () => {
  const house = await openHouse({}, ['--reactions.enabled=false'])
  await until(async () => (await house.ask('/v1/devices')).body.total === 7)
  await house.ask('/v1/notifications', { body: notificationOf(failing('n1', 'sda')) })
  const { items } = (await house.ask('/v1/alerts')).body
  expect(items).toMatchObject([{ state: 'firing', held: 'reactions are disabled' }])
  expect((await house.ask('/v1/jobs')).body.total).toBe(0)
  await house.close()
})
