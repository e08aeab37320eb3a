import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createDrbd } from './drbd.ts'

const storage = areaTree('storage')

test('a device says its peer, its state, and what is out of sync', async () => {
  expect(await saidOf(storage, createDrbd)).toMatchObject({
    'node_drbd_connected{device="drbd1"}': 1,
    'node_drbd_connected{device="drbd2"}': 0,
    'node_drbd_node_role_is_primary{device="drbd1", node="local"}': 1,
    'node_drbd_disk_state_is_up_to_date{device="drbd2", node="remote"}': 0,
    'node_drbd_out_of_sync_bytes{device="drbd2"}': 1024 ** 3,
    'node_drbd_remote_pending{device="drbd1"}': 12_345,
  })
})
