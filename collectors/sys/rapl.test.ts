import { expect, test } from '@jest/globals'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { createRapl } from './rapl.ts'

const sensors = areaTree('sensors')

test('energy is counted by kind, and a kind without numbers is counted through', async () => {
  const path = '/sys/class/powercap/intel-rapl'
  expect(await saidOf(sensors, createRapl)).toEqual({
    [`node_rapl_package_joules_total{index="0", path="${path}:0"}`]: 240_422.366267,
    [`node_rapl_package_joules_total{index="1", path="${path}:1"}`]: 0.000007,
    [`node_rapl_dram_joules_total{index="0", path="${path}:0:0"}`]: 118_821.284256,
    [`node_rapl_dram_joules_total{index="1", path="${path}:1:0"}`]: 21.284256,
  })
})

test('energy that only root may read is absent', async () => {
  const tree = changed(sensors, { 'sys/class/powercap/intel-rapl:1/energy_uj': undefined })
  expect(Object.keys(await saidOf(tree, createRapl)).join()).not.toContain('intel-rapl:1"')
})
