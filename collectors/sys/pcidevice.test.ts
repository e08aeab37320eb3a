import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { collected } from '../fake/series.ts'
import { plantTree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { createPcidevice } from './pcidevice.ts'

const machine = areaTree('machine')
const at = (bus: string, device = '00', fn = '0') =>
  `{bus="${bus}", device="${device}", function="${fn}", segment="0000"}`
const of = (series: Record<string, number>, metric: string) =>
  Object.fromEntries(
    Object.entries(series).flatMap(([name, value]) =>
      name.startsWith(`zstone_pcidevice_${metric}{`)
        ? [[name.slice(name.indexOf('{')), value]]
        : [],
    ),
  )

test('a device says its link, and what it could', async () => {
  expect(await saidOf(machine, createPcidevice)).toMatchObject({
    [`node_pcidevice_current_link_transfers_per_second${at('02')}`]: 16e9,
    [`node_pcidevice_current_link_width${at('02')}`]: 8,
    [`node_pcidevice_max_link_transfers_per_second${at('02')}`]: 16e9,
    [`node_pcidevice_max_link_width${at('02')}`]: 16,
    [`node_pcidevice_sriov_totalvfs${at('02')}`]: 8,
    [`node_pcidevice_numa_node${at('02')}`]: 0,
    [`node_pcidevice_power_state${at('02').replace('}', ', state="D0"}')}`]: 1,
  })
})

test('a device says who it is, and the bridge above it', async () => {
  const info = Object.keys(await saidOf(machine, createPcidevice)).filter((name) =>
    name.startsWith('node_pcidevice_info'),
  )
  expect(info.find((name) => name.includes('bus="05"'))).toBe(
    'node_pcidevice_info{bus="05", class_id="0x010802", device="00", device_id="0xa824", ' +
      'function="0", parent_bus="04", parent_device="00", parent_function="0", ' +
      'parent_segment="0000", revision="0x02", segment="0000", subsystem_device_id="0x0224", ' +
      'subsystem_vendor_id="0x1af9", vendor_id="0x1af9"}',
  )
  expect(info.find((name) => name.includes('class_id="0x060000"'))).toContain('parent_bus="*"')
})

test('a link below what both of its ends can is degraded, once, at its lower end', async () => {
  expect(of(await saidOf(machine, createPcidevice), 'link_degraded')).toEqual({
    [at('01')]: 0, // A card that can no more than it does, in a faster slot.
    [at('02')]: 1, // Both can 16 lanes, 8 are in use.
    [at('02', '00', '1')]: 1, // Its second function.
    [at('03')]: 1, // A switch at half the speed that both can.
    [at('05')]: 0, // A faster disk below a slower switch.
    [at('07')]: 1, // A disk with half of its lanes.
  })
})

test('what the kernel does not know is absent: no speed, no lanes, no virtual functions', async () => {
  const names = Object.keys(await saidOf(machine, createPcidevice))
  const place = at('00', '05')
  expect(names.filter((name) => name.includes('max_link') && name.endsWith(place))).toEqual([])
  expect(names).not.toContain(`node_pcidevice_numa_node${at('00')}`)
  expect(names).not.toContain(`node_pcidevice_sriov_numvfs${at('01')}`)
})

test('another device in the same place is seen as such, and one that is pulled is gone', async () => {
  const { root, remove } = plantTree(machine)
  const collector = createPcidevice({ files: createFiles(root) })
  const info = async () =>
    Object.keys(await collected(collector)).find((name) =>
      /^node_pcidevice_info.bus="05"/.test(name),
    )
  expect(await info()).toContain('device_id="0xa824"')
  const place = join(root, 'sys/bus/pci/devices/0000:05:00.0')
  writeFileSync(join(place, 'device'), '0xb00b\n')
  writeFileSync(join(place, 'uevent'), 'PCI_ID=1AF9:B00B\n')
  expect(await info()).toContain('device_id="0xb00b"')
  rmSync(place)
  expect(await info()).toBeUndefined()
  remove()
})
