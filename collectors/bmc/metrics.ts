/**
 * Facts of the management controller, under the names of Debian's textfile collector ipmitool; what
 * that does not have under ours.
 */
import { type Families, gauge, type Metric } from '../families.ts'
import type { BmcFacts, PowerSupply, SensorKind } from './facts.ts'

const readings: Readonly<Record<SensorKind, Metric>> = {
  temperature: gauge('node_ipmi_temperature_celsius', 'Temperature.'),
  voltage: gauge('node_ipmi_volts', 'Voltage.'),
  fan: gauge('node_ipmi_speed_rpm', 'Speed of a fan.'),
  power: gauge('node_ipmi_power_watts', 'Power.'),
  current: gauge('node_ipmi_current_amperes', 'Current.'),
  discrete: gauge('node_ipmi_status', 'Bits of a sensor that has states.'),
}
const sensorState = gauge('zstone_bmc_sensor_state', 'State of a sensor; always 1.')
const supplyState = gauge('zstone_bmc_power_supply_state', 'State of a power supply; always 1.')
const power = gauge('zstone_bmc_power_watts', 'Power that the whole machine takes.')
const events = gauge('zstone_bmc_events', 'Entries of the event log.')
const eventsUsed = gauge('zstone_bmc_events_used_ratio', 'How full the event log is, 0 to 1.')
const newest = gauge('zstone_bmc_event_newest_info', 'The newest entry of the event log; always 1.')

export function addBmc(families: Families, facts: BmcFacts): void {
  for (const { name: sensor, kind, value, health: state } of facts.sensors) {
    families.add(readings[kind], { sensor }, value)
    if (state !== undefined) families.add(sensorState, { sensor, kind, state }, 1)
  }
  for (const supply of facts.supplies) addSupply(families, supply)
  families.add(power, {}, facts.powerWatts)
  families.add(events, {}, facts.events?.count)
  families.add(eventsUsed, {}, facts.events?.used)
  if (facts.events?.newest !== undefined) families.add(newest, { ...facts.events.newest }, 1)
}

function addSupply(families: Families, { name, health, said }: PowerSupply): void {
  families.add(supplyState, { supply: name, state: health ?? 'unknown', said }, 1)
}
