/** Reads the sensors that `ipmitool sensor` and FreeIPMI's `ipmimonitoring` print. */
import type { BmcSensor, Health, SensorKind } from './facts.ts'
import { numberIn, rowsOf } from './table.ts'

/** `Fan1 | 5880.000 | RPM | ok | …`: name, reading, unit, status, thresholds. */
export function parseIpmitoolSensors(text: string): readonly BmcSensor[] {
  const sensors = rowsOf(text, 4).flatMap(([name = '', reading = '', unit = '', status = '']) => {
    const kind = units[unit.toLowerCase()]
    if (name === '' || kind === undefined) return []
    const bits = /^0x([0-9a-f]{1,8})$/i.exec(reading)?.[1]
    const value =
      kind !== 'discrete'
        ? numberIn(reading)
        : bits === undefined
          ? undefined
          : Number.parseInt(bits, 16)
    return [{ name, kind, value, health: kind === 'discrete' ? undefined : healths[status] }]
  })
  return numbered(sensors)
}

/** `2 | 01-Inlet Ambient | Temperature | Nominal | 20.00 | C | 'OK'` */
export function parseFreeipmiSensors(text: string): readonly BmcSensor[] {
  const sensors = rowsOf(text, 7).flatMap(
    ([id = '', name = '', , state = '', reading, unit = '']) => {
      if (!/^\d+$/.test(id) || name === '') return []
      const kind = units[unit.toLowerCase()] ?? 'discrete'
      const value = kind === 'discrete' ? undefined : numberIn(reading)
      return [{ name, kind, value, health: healths[state.toLowerCase()] }]
    },
  )
  return numbered(sensors)
}

const units: Readonly<Record<string, SensorKind>> = {
  'degrees c': 'temperature',
  c: 'temperature',
  volts: 'voltage',
  v: 'voltage',
  rpm: 'fan',
  watts: 'power',
  w: 'power',
  amps: 'current',
  a: 'current',
  discrete: 'discrete',
}

/** Not critical, critical, not recoverable; newer versions say at which end, lower or upper. */
const healths: Readonly<Record<string, Health>> = {
  ok: 'ok',
  nominal: 'ok',
  nc: 'warning',
  lnc: 'warning',
  unc: 'warning',
  warning: 'warning',
  cr: 'critical',
  lcr: 'critical',
  ucr: 'critical',
  nr: 'critical',
  lnr: 'critical',
  unr: 'critical',
  critical: 'critical',
}

/** Some makers give all processors a sensor called `Temp`: none is lost, later ones are counted. */
export function numbered<S extends { readonly name: string }>(sensors: readonly S[]): S[] {
  const seen = new Map<string, number>()
  return sensors.map((sensor) => {
    const count = (seen.get(sensor.name) ?? 0) + 1
    seen.set(sensor.name, count)
    return count === 1 ? sensor : { ...sensor, name: `${sensor.name} #${count}` }
  })
}
