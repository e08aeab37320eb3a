/** Who made the machine, its board and its firmware: /sys/class/dmi/id. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { attributesAt } from './attributes.ts'

const info = gauge('node_dmi_info', 'Who made the machine, its board and firmware; always 1.')

const folder = '/sys/class/dmi/id'
const names = [
  'bios_date',
  'bios_release',
  'bios_vendor',
  'bios_version',
  'board_asset_tag',
  'board_name',
  'board_serial',
  'board_vendor',
  'board_version',
  'chassis_asset_tag',
  'chassis_serial',
  'chassis_vendor',
  'chassis_version',
  'product_family',
  'product_name',
  'product_serial',
  'product_sku',
  'product_uuid',
  'product_version',
] as const

const hourMs = 3_600_000

export function createDmi({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'dmi',
    pace: { everyMs: hourMs, ageMsMax: 3 * hourMs },
    collect() {
      const families = createFamilies()
      const id = attributesAt(files, folder)
      // Serials and the UUID are for root only.
      const said = [...names.map((name) => [name, id(name)]), ['system_vendor', id('sys_vendor')]]
      const labels = Object.fromEntries(said.filter(([, text]) => text !== undefined))
      if (Object.keys(labels).length > 0) families.add(info, labels, 1)
      return families.list()
    },
  }
}
