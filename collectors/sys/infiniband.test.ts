import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createInfiniband } from './infiniband.ts'

const network = areaTree('network')

const port = (number: number) => `device="zsx5_0", port="${number}"`

test('a port says its link, and its traffic in bytes', async () => {
  expect(await saidOf(network, createInfiniband)).toMatchObject({
    [`node_infiniband_state_id{${port(1)}}`]: 4,
    [`node_infiniband_physical_state_id{${port(2)}}`]: 3,
    [`node_infiniband_rate_bytes_per_second{${port(1)}}`]: 12.5e9,
    [`node_infiniband_rate_bytes_per_second{${port(2)}}`]: 312_500_000,
    [`node_infiniband_port_data_received_bytes_total{${port(1)}}`]: 1056 * 4,
    [`node_infiniband_legacy_data_received_bytes_total{${port(2)}}`]: 52 * 4,
  })
})

test('what a port cannot count is absent', async () => {
  const names = Object.keys(await saidOf(network, createInfiniband))
  expect(names).not.toContain(`node_infiniband_port_data_received_bytes_total{${port(2)}}`)
})

test('the counters of its driver are told by their names', async () => {
  const series = await saidOf(network, createInfiniband)
  const of = 'zstone_infiniband_hardware_counter_total'
  expect(series[`${of}{counter="packet_seq_err", ${port(1)}}`]).toBe(4)
  expect(series).not.toHaveProperty([`${of}{counter="lifespan", ${port(1)}}`])
})
