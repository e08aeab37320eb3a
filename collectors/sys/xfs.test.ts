import { expect, test } from '@jest/globals'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { createXfs } from './xfs.ts'

const storage = areaTree('storage')

test('the columns of a file system have their names', async () => {
  expect(await saidOf(storage, createXfs)).toMatchObject({
    'node_xfs_extent_allocation_blocks_freed_total{device="sdb1"}': 104,
    'node_xfs_inode_operation_attribute_changes_total{device="sdb1"}': 707,
    'node_xfs_write_calls_total{device="sdb1"}': 1101,
    'node_xfs_read_calls_total{device="sdb1"}': 1102,
    'node_xfs_vnode_remove_total{device="sdb1"}': 1407,
  })
})

test('a line that the kernel does not write has no counts', async () => {
  const tree = changed(storage, { 'sys/fs/xfs/sdb1/stats/stats': 'rw 1\n' })
  expect(await saidOf(tree, createXfs)).toEqual({
    'node_xfs_write_calls_total{device="sdb1"}': 1,
  })
})
