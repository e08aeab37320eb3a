import { expect, test } from '@jest/globals'
import { areaTree, changed, readTree, saidOf } from '../fake/hardware.ts'
import { recorded } from '../fake/recorded.ts'
import { createNvme } from './nvme.ts'

const storage = areaTree('storage')

test('a controller says who it is and its state', async () => {
  const series = await saidOf(storage, createNvme)
  expect(Object.keys(series).filter((name) => name.startsWith('node_nvme_info'))).toEqual([
    'node_nvme_info{device="nvme0", firmware_revision="ZF42", model="ZST NV-3840", ' +
      'serial="ZSTNV0001", state="live"}',
    'node_nvme_info{device="nvme1", firmware_revision="ZF42", model="ZST NV-3840", ' +
      'serial="ZSTNV0002", state="connecting"}',
  ])
})

test('a namespace says its size in bytes, whatever its block', async () => {
  expect(await saidOf(storage, createNvme)).toMatchObject({
    'node_nvme_namespace_size_bytes{device="nvme0", nsid="1"}': 7_501_476_528 * 512,
    'node_nvme_namespace_used_bytes{device="nvme0", nsid="1"}': 12_345_678 * 512,
    'node_nvme_namespace_logical_block_size_bytes{device="nvme1", nsid="1"}': 4096,
    'node_nvme_namespace_capacity_bytes{device="nvme1", nsid="1"}': 7_501_476_528 * 512,
    'node_nvme_namespace_used_bytes{device="nvme1", nsid="1"}': 937_684_566 * 4096,
    'node_nvme_namespace_info{ana_state="optimized", device="nvme1", nsid="1"}': 1,
    'node_nvme_namespace_info{ana_state="unknown", device="nvme0", nsid="1"}': 1,
  })
})

test('a namespace whose use is not said has no use, rather than none', async () => {
  const tree = changed(storage, { 'sys/class/nvme/nvme0/nvme0n1/nuse': undefined })
  const series = await saidOf(tree, createNvme)
  expect(series).not.toHaveProperty(['node_nvme_namespace_used_bytes{device="nvme0", nsid="1"}'])
  expect(series).toHaveProperty(['node_nvme_namespace_size_bytes{device="nvme0", nsid="1"}'])
})

const ofRecorded = recorded === undefined ? test.skip : test
ofRecorded('a recorded disk is as large as its name says', async () => {
  const tree = readTree(new URL('sysfs-procfs/prometheus-procfs.json', recorded))
  expect(await saidOf(tree, createNvme)).toMatchObject({
    'node_nvme_namespace_capacity_bytes{device="nvme0", nsid="0"}': 2e12,
    'node_nvme_namespace_used_bytes{device="nvme0", nsid="0"}': 2e12,
  })
})
