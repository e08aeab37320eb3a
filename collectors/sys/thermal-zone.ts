/** Temperatures of the board's zones, and how hard their coolers work: /sys/class/thermal. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { askAttributes, namesIn, numberOf } from './attributes.ts'
import { slowDeadlineMs, slowPace } from './pace.ts'

const temperature = gauge('node_thermal_zone_temp', 'Temperature of a zone, Celsius.')
const current = gauge('node_cooling_device_cur_state', 'How hard a cooler works now.')
const most = gauge('node_cooling_device_max_state', 'How hard a cooler can work.')

const folder = '/sys/class/thermal'

export function createThermalZone({
  files,
}: {
  files: Pick<Files, 'readTextLater' | 'listIfPresent'>
}): Collector {
  const ask = (name: string, names: readonly string[], stop: AbortSignal) =>
    askAttributes(files, { folder: `${folder}/${name}`, names, stop })
  return {
    name: 'thermal_zone',
    // The firmware computes some zones when they are read, over a slow bus.
    pace: slowPace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      for (const name of namesIn(files, folder, /^thermal_zone\d+$/)) {
        const zone = await ask(name, ['type', 'temp'], stop)
        const labels = { type: zone('type') ?? '', zone: name.slice('thermal_zone'.length) }
        const milli = numberOf(zone('temp'))
        families.add(temperature, labels, milli === undefined ? undefined : milli / 1000)
      }
      for (const name of namesIn(files, folder, /^cooling_device\d+$/)) {
        const cooler = await ask(name, ['type', 'cur_state', 'max_state'], stop)
        const labels = { name: name.slice('cooling_device'.length), type: cooler('type') ?? '' }
        families.add(current, labels, numberOf(cooler('cur_state')))
        families.add(most, labels, numberOf(cooler('max_state')))
      }
      return families.list()
    },
  }
}
