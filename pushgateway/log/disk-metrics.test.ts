/** What a disk that fails shows in metrics, for the rules that watch it. */
import { expect, test } from '@jest/globals'
import { createFakeDisk, type DiskOperation, diskError } from '#test/fake-disk'
import { until } from '#test/until'
import { openTestGateway } from '../fake/gateway.ts'

async function open(...flags: string[]) {
  const disk = createFakeDisk()
  const gateway = await openTestGateway({ disk, flags })
  const value = async (name: string) =>
    (await gateway.metrics.registry.getSingleMetric(`zstone_pushgateway_${name}`)!.get()).values[0]
      ?.value
  const put = async (body: string) => (await gateway.send('PUT', '/metrics/job/x', { body })).status
  const failAt = (failing: DiskOperation, code: 'ENOSPC' | 'EIO') =>
    disk.failWhen((operation) => (operation === failing ? diskError(code) : undefined))
  return { disk, gateway, value, put, failAt }
}

test('a full disk shows until the next push is stored, not until the next answer', async () => {
  const { disk, gateway, value, put, failAt } = await open()
  expect(await put('a 1\n')).toBe(200)
  expect(await value('wal_write_failing')).toBe(0)
  failAt('append', 'ENOSPC')
  expect(await put('a 2\n')).toBe(507)
  expect(await value('wal_write_failing')).toBe(1)
  expect(await put('a 2 1234\n')).toBe(400)
  expect(await value('wal_write_failing')).toBe(1)
  disk.failWhen(() => undefined)
  expect(await put('a 3\n')).toBe(200)
  expect(await value('wal_write_failing')).toBe(0)
  expect(await value('wal_broken')).toBe(0)
  await gateway.close()
})

test('a log that broke shows for good', async () => {
  const { disk, gateway, value, put, failAt } = await open()
  failAt('sync', 'EIO')
  expect(await put('a 1\n')).toBe(503)
  disk.failWhen(() => undefined)
  expect(await put('a 2\n')).toBe(503)
  expect(await value('wal_broken')).toBe(1)
  expect(await value('wal_write_failing')).toBe(1)
  expect((await gateway.send('GET', '/-/healthy')).status).toBe(500)
  await gateway.close()
})

test('a snapshot that cannot be written shows until one can', async () => {
  const { disk, gateway, value, put, failAt } = await open('--persistence.log-size-max=4096')
  failAt('rename', 'ENOSPC')
  const body = `a{b="${'x'.repeat(500)}"} 1\n`
  await until(async () => {
    expect(await put(body)).toBe(200)
    return (await value('snapshot_failing')) === 1
  })
  disk.failWhen(() => undefined)
  await until(async () => {
    expect(await put(body)).toBe(200)
    return (await value('snapshot_failing')) === 0
  })
  expect(await value('snapshot_failures_total')).toBeGreaterThan(0)
  await gateway.close()
})
