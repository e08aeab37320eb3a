import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createMdadm, parseMdstat } from './mdadm.ts'

const storage = areaTree('storage')

test('an array that lost a disk and takes in a spare says both', async () => {
  expect(await saidOf(storage, createMdadm)).toMatchObject({
    'node_md_disks{device="md1", state="active"}': 3,
    'node_md_disks{device="md1", state="failed"}': 1,
    'node_md_disks{device="md1", state="spare"}': 1,
    'node_md_disks_required{device="md1"}': 4,
    'node_md_blocks_synced{device="md1"}': 492_323_840,
    'node_md_state{device="md1", state="recovering"}': 1,
    'node_md_state{device="md1", state="active"}': 0,
    'node_md_degraded{device="md1"}': 1,
    'node_md_raid_disks{device="md1"}': 4,
  })
})

test('of a resync that waits, nothing is in sync yet', async () => {
  expect(await saidOf(storage, createMdadm)).toMatchObject({
    'node_md_blocks_synced{device="md2"}': 0,
    'node_md_state{device="md2", state="resync"}': 1,
  })
})

test('an array without redundancy is never degraded, so nothing is said of that', async () => {
  const series = await saidOf(storage, createMdadm)
  expect(series['node_md_disks{device="md4", state="active"}']).toBe(2)
  expect(series).not.toHaveProperty(['node_md_degraded{device="md4"}'])
})

test('a machine without md says nothing', async () => {
  expect(await saidOf({ files: { 'proc/stat': '' } }, createMdadm)).toEqual({})
})

test('an array whose lines are cut off is left out, and the others stay', () => {
  const text =
    'md1 : active raid1 sda1[0]\nmd0 : active raid1 sdb[0] sdc[1]\n  88 blocks [2/1] [_U]\n'
  expect(parseMdstat(text)).toMatchObject([{ device: 'md0', active: 1, required: 2 }])
})

test('whatever stands in mdstat, every figure is a number', () => {
  const words = fc.constantFrom('md0', ':', 'active', 'raid5', 'sda[0](F)', '[2/1]', '[U_]', '12')
  const more = fc.constantFrom('blocks', '\n', '\n   ', 'resync=', 'recovery =', '(7/9)', '%', '-')
  const texts = fc.array(fc.oneof(words, more)).map((parts) => parts.join(' '))
  fc.assert(
    fc.property(texts, (text) => {
      for (const array of parseMdstat(text))
        expect(Object.values(array).filter((value) => Number.isNaN(value))).toEqual([])
    }),
  )
})
