import { expect, test } from '@jest/globals'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { createBcache } from './bcache.ts'

const storage = areaTree('storage')

const uuid = '2f0c6c94-4f1b-4a4e-8f84-6a0f5d5c0042'

test('sizes that are written for people are read as bytes', async () => {
  expect(await saidOf(storage, createBcache)).toMatchObject({
    [`node_bcache_dirty_data_bytes{backing_device="bdev0", uuid="${uuid}"}`]: 3 * 1024 ** 2,
    [`node_bcache_written_bytes_total{cache_device="cache0", uuid="${uuid}"}`]: 4096,
    [`node_bcache_cache_hits_total{backing_device="bdev0", uuid="${uuid}"}`]: 546,
    [`node_bcache_writeback_rate_proportional_term{backing_device="bdev0", uuid="${uuid}"}`]:
      -437_748,
  })
})

test('a size that is none is absent', async () => {
  const path = `sys/fs/bcache/${uuid}/bdev0/dirty_data`
  const series = await saidOf(changed(storage, { [path]: 'lots' }), createBcache)
  expect(Object.keys(series).filter((name) => name.includes('dirty_data'))).toEqual([])
})
