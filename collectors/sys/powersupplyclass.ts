/** Power supplies and batteries that the kernel knows: /sys/class/power_supply. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, askAttributes, type NumberRow, namesIn } from './attributes.ts'
import { slowDeadlineMs, slowPace } from './pace.ts'

const of = 'node_power_supply'
const info = gauge(`${of}_info`, 'Who a power supply is, and its state; always 1.')

/** Files whose metric has another name. */
const renamed: Readonly<Record<string, string>> = {
  charge_now: 'charge_ampere',
  current_now: 'current_ampere',
  cycle_count: 'cyclecount',
  energy_now: 'energy_watthour',
  power_now: 'power_watt',
  time_to_empty_now: 'time_to_empty_seconds',
  time_to_full_now: 'time_to_full_seconds',
  voltage_now: 'voltage_volt',
}
const plain =
  'authentic calibrate capacity capacity_alert_max capacity_alert_min cycle_count online present ' +
  'time_to_empty_now time_to_full_now'
const micro =
  'charge_control_limit charge_control_limit_max charge_counter charge_empty ' +
  'charge_empty_design charge_full charge_full_design charge_now charge_term_current ' +
  'constant_charge_current constant_charge_current_max constant_charge_voltage ' +
  'constant_charge_voltage_max current_boot current_max current_now energy_empty ' +
  'energy_empty_design energy_full energy_full_design energy_now input_current_limit power_now ' +
  'precharge_current voltage_boot voltage_max voltage_max_design voltage_min ' +
  'voltage_min_design voltage_now voltage_ocv'
const tenthsCelsius =
  'temp temp_alert_max temp_alert_min temp_ambient temp_ambient_max temp_ambient_min temp_max ' +
  'temp_min'
const table: readonly NumberRow[] = [
  ...rows(plain, { unit: 1 }),
  ...rows(micro, { unit: 1e-6 }),
  ...rows(tenthsCelsius, { unit: 0.1, ending: '_celsius' }),
]
const facts = [
  'capacity_level',
  'charge_type',
  'health',
  'manufacturer',
  'model_name',
  'scope',
  'serial_number',
  'status',
  'technology',
  'type',
  'usb_type',
] as const
const wanted = new Set([...table.map(([file]) => file), ...facts])

const root = '/sys/class/power_supply'

type PowerSupplyFiles = Pick<Files, 'readTextLater' | 'listIfPresent'>

export function createPowersupplyclass({ files }: { files: PowerSupplyFiles }): Collector {
  return {
    name: 'powersupplyclass',
    // A battery is asked through firmware, an uninterruptible supply over USB.
    pace: slowPace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      for (const power_supply of namesIn(files, root)) {
        const folder = `${root}/${power_supply}`
        const names = namesIn(files, folder).filter((name) => wanted.has(name))
        const attributes = await askAttributes(files, { folder, names, stop })
        addNumbers(families, { labels: { power_supply }, table, attributes })
        const said = facts.map((name) => [name, attributes(name) ?? ''])
        const known = said.filter(([, text]) => text !== '')
        families.add(info, { power_supply, ...Object.fromEntries(known) }, 1)
      }
      return families.list()
    },
  }
}

function rows(files: string, { unit, ending = '' }: { unit: number; ending?: string }) {
  return files.split(' ').map((file): NumberRow => {
    const metric = gauge(`${of}_${renamed[file] ?? file}${ending}`, `What it says as ${file}.`)
    return [file, metric, unit]
  })
}
