import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createPowersupplyclass } from './powersupplyclass.ts'

const sensors = areaTree('sensors')

test('a supply says its figures in plain units', async () => {
  expect(await saidOf(sensors, createPowersupplyclass)).toMatchObject({
    'node_power_supply_online{power_supply="AC"}': 0,
    'node_power_supply_capacity{power_supply="UPS0"}': 98,
    'node_power_supply_voltage_volt{power_supply="UPS0"}': 27.3,
    'node_power_supply_temp_celsius{power_supply="UPS0"}': 25.3,
    'node_power_supply_time_to_empty_seconds{power_supply="UPS0"}': 1800,
  })
})

test('who a supply is has only the facts that it says', async () => {
  const names = Object.keys(await saidOf(sensors, createPowersupplyclass))
  expect(names).toContain('node_power_supply_info{power_supply="AC", type="Mains"}')
  expect(names.find((name) => /info.*UPS0/.test(name))).toContain('status="Full"')
})
