import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createNetclass } from './netclass.ts'

test('a link that is up says its speed, size and changes', async () => {
  expect(await collected(createNetclass({ files: falseNode }))).toMatchObject({
    'node_network_up{device="eth0"}': 1,
    'node_network_carrier{device="eth0"}': 1,
    'node_network_carrier_changes_total{device="eth0"}': 5,
    'node_network_carrier_up_changes_total{device="eth0"}': 3,
    'node_network_carrier_down_changes_total{device="eth0"}': 2,
    'node_network_flags{device="eth0"}': 0x1003,
    'node_network_mtu_bytes{device="eth0"}': 9000,
    'node_network_speed_bytes{device="eth0"}': 3_125_000_000,
  })
})

test('a link that is down has no speed, rather than a negative one, and no carrier', async () => {
  const series = await collected(createNetclass({ files: falseNode }))
  expect(series['node_network_up{device="eth1"}']).toBe(0)
  expect(series).not.toHaveProperty(['node_network_speed_bytes{device="eth1"}'])
  expect(series).not.toHaveProperty(['node_network_carrier{device="eth1"}'])
})

test('what is no device is left out', async () => {
  const names = Object.keys(await collected(createNetclass({ files: falseNode })))
  expect(names.filter((name) => name.includes('bonding'))).toEqual([])
})
