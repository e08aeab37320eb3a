/** Reads resources of Redfish: Thermal and Power of a chassis, entries of a log. */
import { type Json, listAt, numberAt, textAt } from '../smart/json.ts'
import type { BmcEvents, BmcSensor, Health, PowerSupply, SensorKind } from './facts.ts'
import { numbered } from './sensors.ts'

export function sensorsOf(thermal: Json, power: Json): readonly BmcSensor[] {
  const read = (json: Json, list: string, { kind, value }: { kind: SensorKind; value: string }) =>
    listAt(json, list).flatMap((entry) => sensorOf(entry, { kind, value: numberAt(entry, value) }))
  return numbered([
    ...read(thermal, 'Temperatures', { kind: 'temperature', value: 'ReadingCelsius' }),
    // A fan that is told in percent of its speed has no turns a minute.
    ...listAt(thermal, 'Fans').flatMap((fan) => {
      const isPercent = textAt(fan, 'ReadingUnits') === 'Percent'
      return sensorOf(fan, { kind: 'fan', value: isPercent ? undefined : numberAt(fan, 'Reading') })
    }),
    ...read(power, 'Voltages', { kind: 'voltage', value: 'ReadingVolts' }),
  ])
}

export function suppliesOf(power: Json): readonly PowerSupply[] {
  const supplies = listAt(power, 'PowerSupplies').map((supply, i) => ({
    name: nameOf(supply) ?? `PSU ${i + 1}`,
    health: textAt(supply, 'Status.State') === 'Absent' ? ('absent' as const) : healthOf(supply),
    said: textAt(supply, 'Status.Health') ?? textAt(supply, 'Status.State') ?? '',
  }))
  return numbered(supplies)
}

export const powerOf = (power: Json): number | undefined =>
  numberAt(power, 'PowerControl.0.PowerConsumedWatts')

/** Some list the newest first, others last: the time tells. */
export function eventsOf(entries: Json): BmcEvents {
  const created = (entry: Json) => textAt(entry, 'Created') ?? ''
  const [newest] = listAt(entries, 'Members').toSorted((a, b) => (created(a) < created(b) ? 1 : -1))
  return {
    count: countOf(entries),
    used: undefined,
    newest:
      newest === undefined
        ? undefined
        : {
            time: created(newest),
            sensor: textAt(newest, 'SensorType') ?? textAt(newest, 'Name') ?? '',
            event: textAt(newest, 'Message') ?? '',
          },
  }
}

/** Where a resource leads to: `{ "Thermal": { "@odata.id": "/redfish/…" } }`. */
export function linkTo(json: Json, name: string): string | undefined {
  return pathIn(listAt({ value: [json[name]] }, 'value')[0] ?? {})
}

export const membersOf = (collection: Json): readonly string[] =>
  listAt(collection, 'Members').flatMap((member) => pathIn(member) ?? [])

/** Only paths of its own: no answer sends us elsewhere. */
function pathIn(json: Json): string | undefined {
  const path = json['@odata.id']
  return typeof path === 'string' && path.startsWith('/redfish/') ? path : undefined
}

function countOf(entries: Json): number | undefined {
  const count = entries['Members@odata.count']
  return typeof count === 'number' && Number.isSafeInteger(count) ? count : undefined
}

function sensorOf(
  entry: Json,
  { kind, value }: { kind: SensorKind; value: number | undefined },
): BmcSensor[] {
  const name = nameOf(entry)
  const state = textAt(entry, 'Status.State') ?? 'Enabled'
  if (name === undefined || state === 'Absent' || state === 'Disabled') return []
  return [{ name, kind, value, health: healthOf(entry) }]
}

/** Older ones call fans otherwise. */
const nameOf = (entry: Json) => textAt(entry, 'Name') || textAt(entry, 'FanName') || undefined

const healths: Readonly<Record<string, Health>> = {
  OK: 'ok',
  Warning: 'warning',
  Critical: 'critical',
}

const healthOf = (entry: Json) => healths[textAt(entry, 'Status.Health') ?? '']
