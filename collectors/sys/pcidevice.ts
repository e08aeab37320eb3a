/** Devices on PCI Express, and whether their links run as they could: /sys/bus/pci. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, attributesAt, type NumberRow, namesIn, numberOf } from './attributes.ts'
import { rarePace } from './pace.ts'
import { identify, type PciDevice, root, speedOf } from './pcidevice/device.ts'
import { isDegraded } from './pcidevice/link.ts'

const of = 'node_pcidevice'
const info = gauge(`${of}_info`, 'What a device is, and below which it stands; always 1.')
const speed = gauge(`${of}_current_link_transfers_per_second`, 'Speed of its link, a lane.')
const width = gauge(`${of}_current_link_width`, 'Lanes of its link.')
const speedMax = gauge(`${of}_max_link_transfers_per_second`, 'The highest speed it can.')
const widthMax = gauge(`${of}_max_link_width`, 'The most lanes it can.')
const power = gauge(`${of}_power_state`, 'Its state of power: 1 for the one it is in.')
const degraded = gauge(
  'zstone_pcidevice_link_degraded',
  'Whether its link runs below what both of its ends can.',
)
const table: readonly NumberRow[] = [
  ['d3cold_allowed', gauge(`${of}_d3cold_allowed`, 'Whether its power may be cut.'), 1],
  ['sriov_drivers_autoprobe', gauge(`${of}_sriov_drivers_autoprobe`, 'Of virtual functions.'), 1],
  ['sriov_numvfs', gauge(`${of}_sriov_numvfs`, 'Virtual functions in use.'), 1],
  ['sriov_totalvfs', gauge(`${of}_sriov_totalvfs`, 'Virtual functions that it can.'), 1],
  ['sriov_vf_total_msix', gauge(`${of}_sriov_vf_total_msix`, 'Interrupts for them.'), 1],
]
const powerStates = ['D0', 'D1', 'D2', 'D3hot', 'D3cold', 'unknown', 'error'] as const

type PciFiles = Pick<Files, 'readText' | 'listIfPresent' | 'realPath'>

export function createPcidevice({ files }: { files: PciFiles }): Collector {
  /** Who stands where does not change until another device is put there. */
  let known: ReadonlyMap<string, PciDevice> = new Map()
  return {
    name: 'pcidevice',
    pace: rarePace,
    collect() {
      const families = createFamilies()
      const names = namesIn(files, root)
      const found = names.map((name) => [name, identify(files, name, known.get(name))] as const)
      known = new Map(
        found.flatMap(([name, device]) => (device === undefined ? [] : [[name, device]])),
      )
      for (const device of known.values()) addDevice(families, { device, known }, files)
      return families.list()
    },
  }
}

function addDevice(
  families: Families,
  { device, known }: { device: PciDevice; known: ReadonlyMap<string, PciDevice> },
  files: PciFiles,
): void {
  const { place } = device
  const attributes = attributesAt(files, `${root}/${device.name}`)
  families.add(info, { ...place, ...device.identity }, 1)
  families.add(speedMax, place, device.most?.speed)
  families.add(widthMax, place, device.most?.width)
  addNumbers(families, { labels: place, table: device.table(table), attributes })
  const node = numberOf(device.numaNode)
  families.add(numa, place, node === -1 ? undefined : node)
  const state = attributes('power_state')
  if (state !== undefined)
    for (const one of powerStates) families.add(power, { ...place, state: one }, +(one === state))
  if (device.most === undefined) return
  const now = {
    speed: speedOf(attributes('current_link_speed')),
    width: numberOf(attributes('current_link_width')),
  }
  families.add(speed, place, now.speed)
  families.add(width, place, now.width)
  const slower = isDegraded(device, now, known)
  families.add(degraded, place, slower === undefined ? undefined : +slower)
}

const numa = gauge(`${of}_numa_node`, 'The NUMA node that it stands at.')
