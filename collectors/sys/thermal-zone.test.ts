import { expect, test } from '@jest/globals'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { createThermalZone } from './thermal-zone.ts'

const sensors = areaTree('sensors')

test('a zone says its temperature, also below zero', async () => {
  expect(await saidOf(sensors, createThermalZone)).toMatchObject({
    'node_thermal_zone_temp{type="x86_pkg_temp", zone="0"}': 51,
    'node_thermal_zone_temp{type="acpitz", zone="1"}': -4.25,
  })
})

test('a cooler says how hard it works', async () => {
  expect(await saidOf(sensors, createThermalZone)).toMatchObject({
    'node_cooling_device_cur_state{name="1", type="intel_powerclamp"}': -1,
    'node_cooling_device_max_state{name="0", type="Processor"}': 10,
  })
})

test('a zone whose sensor does not answer is absent', async () => {
  const tree = changed(sensors, { 'sys/class/thermal/thermal_zone0/temp': undefined })
  const series = await saidOf(tree, createThermalZone)
  expect(Object.keys(series).filter((name) => name.startsWith('node_thermal'))).toHaveLength(1)
})
