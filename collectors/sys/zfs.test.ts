import { expect, test } from '@jest/globals'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { createZfs } from './zfs.ts'

const storage = areaTree('storage')

test('a pool that is degraded is in this state and in no other', async () => {
  const series = await saidOf(storage, createZfs)
  const states = Object.keys(series).filter((name) => /zpool_state.*"vault"/.test(name))
  expect(states).toHaveLength(7)
  expect(states.filter((name) => series[name] === 1)).toEqual([
    'node_zfs_zpool_state{state="degraded", zpool="vault"}',
  ])
})

test('caches, pools and data sets say what they count', async () => {
  expect(await saidOf(storage, createZfs)).toMatchObject({
    node_zfs_arc_hits: 8_772_612,
    node_zfs_arc_l2_rebuild_size: 7,
    node_zfs_fm_erpt_dropped: 18,
    node_zfs_zil_zil_commit_count: 10,
    'node_zfs_zpool_nread{zpool="tank"}': 1_884_160,
    'node_zfs_zpool_dataset_writes{dataset="tank/images", zpool="tank"}': 5,
  })
})

test('what is text, or stands in a file of another form, is left out', async () => {
  const files = { 'proc/spl/kstat/zfs/tank/io': 'nothing yet\n' }
  const names = Object.keys(await saidOf(changed(storage, files), createZfs))
  expect(names.filter((name) => /name_of|dbgmsg|zpool_nread/.test(name))).toEqual([])
})
