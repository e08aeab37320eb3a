import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createBtrfs } from './btrfs.ts'

const storage = areaTree('storage')

const uuid = '5b1c9a52-0d1f-4a4e-9d84-6a0f5d5c0042'

test('a file system says its space by kind and layout', async () => {
  expect(await saidOf(storage, createBtrfs)).toMatchObject({
    [`node_btrfs_info{label="vault", uuid="${uuid}"}`]: 1,
    [`node_btrfs_used_bytes{block_group_type="data", mode="raid5", uuid="${uuid}"}`]: 1_234_567_890,
    [`node_btrfs_allocation_ratio{block_group_type="data", mode="raid5", uuid="${uuid}"}`]: 1.5,
    [`node_btrfs_device_size_bytes{device="sdt", uuid="${uuid}"}`]: 31_251_759_104 * 512,
    [`node_btrfs_max_commit_seconds{uuid="${uuid}"}`]: 51.462,
  })
})

test('a device says its errors by their kind', async () => {
  expect(await saidOf(storage, createBtrfs)).toMatchObject({
    [`zstone_btrfs_device_errors_total{devid="3", type="write", uuid="${uuid}"}`]: 2,
    [`zstone_btrfs_device_errors_total{devid="1", type="corruption", uuid="${uuid}"}`]: 2,
  })
})
