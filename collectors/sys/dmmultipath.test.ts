import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createDmmultipath } from './dmmultipath.ts'

const storage = areaTree('storage')

test('a disk says over how many of its paths it can be reached', async () => {
  const labels = '{device="mpatha", sysfs_name="dm-5"}'
  expect(await saidOf(storage, createDmmultipath)).toMatchObject({
    [`node_dmmultipath_device_paths${labels}`]: 3,
    [`node_dmmultipath_device_paths_active${labels}`]: 1,
    [`node_dmmultipath_device_paths_failed${labels}`]: 1,
    [`node_dmmultipath_device_size_bytes${labels}`]: 104_857_600 * 512,
    [`node_dmmultipath_device_active${labels}`]: 1,
    'node_dmmultipath_path_state{device="mpatha", path="sdx", state="offline"}': 1,
    'node_dmmultipath_path_state{device="mpatha", path="sdy", state="unknown"}': 1,
  })
})

test('a volume of the device mapper is none', async () => {
  expect(Object.keys(await saidOf(storage, createDmmultipath)).join()).not.toContain('vg0')
})
