/** Who a PCI device is: what cannot change while it stands in its place. */
import type { Labels } from '#lib/labels'
import { type Files, readOptional } from '../../files.ts'
import { type Attributes, attributesAt, type NumberRow, namesIn, numberOf } from '../attributes.ts'

export const root = '/sys/bus/pci/devices'

/** Speed in transfers a second and lane, width in lanes. */
export interface Link {
  readonly speed: number | undefined
  readonly width: number | undefined
}

export interface PciDevice {
  /** `0000:01:00.0`. */
  readonly name: string
  readonly place: Labels
  /** Labels beside its place. */
  readonly identity: Labels
  /** Such as 0x010802. */
  readonly classId: number
  /** The bridge that it stands below. */
  readonly parent: string | undefined
  /** What its link can at most; undefined for one that has no link. */
  readonly most: Link | undefined
  readonly numaNode: string | undefined
  /** Those rows that it has files for. */
  readonly table: (rows: readonly NumberRow[]) => readonly NumberRow[]
  /** Another text means another device. */
  readonly uevent: string | undefined
}

const placePattern = /^([\da-f]{4,}):([\da-f]{2}):([\da-f]{2})\.([\da-f])$/

/** Undefined where there is no such device any more. */
export function identify(
  files: Pick<Files, 'readText' | 'listIfPresent' | 'realPath'>,
  name: string,
  known: PciDevice | undefined,
): PciDevice | undefined {
  const path = `${root}/${name}`
  const uevent = readOptional(files, `${path}/uevent`)
  if (known !== undefined && uevent !== undefined && uevent === known.uevent) return known
  const said = attributesAt(files, path)
  const place = placeOf(name)
  const classId = numberOf(said('class'))
  if (place === undefined || classId === undefined) return undefined
  const parent = parentOf(files, path)
  const present = new Set(namesIn(files, path))
  return {
    name,
    place,
    classId,
    parent,
    identity: { ...identityOf(said, classId), ...parentLabels(parent) },
    most: present.has('max_link_speed') ? mostOf(said) : undefined,
    numaNode: said('numa_node'),
    table: (rows) => rows.filter(([file]) => present.has(file)),
    uevent,
  }
}

function placeOf(name: string): Labels | undefined {
  const [whole, segment = '', bus = '', device = '', fn = ''] = placePattern.exec(name) ?? []
  return whole === undefined ? undefined : { segment, bus, device, function: fn }
}

/** The folder of a device stands in that of its bridge. */
function parentOf(files: Pick<Files, 'realPath'>, path: string): string | undefined {
  try {
    const parent = files.realPath(path).split('/').at(-2) ?? ''
    return placePattern.test(parent) ? parent : undefined
  } catch {
    return undefined // Just pulled.
  }
}

function parentLabels(parent: string | undefined): Labels {
  const place = placeOf(parent ?? '')
  const names = ['segment', 'bus', 'device', 'function']
  return Object.fromEntries(names.map((name) => [`parent_${name}`, place?.[name] ?? '*']))
}

function identityOf(said: Attributes, classId: number): Labels {
  const id = (file: string) => hex(numberOf(said(file)), 4)
  return {
    class_id: hex(classId, 6),
    device_id: id('device'),
    revision: hex(numberOf(said('revision')), 2),
    subsystem_device_id: id('subsystem_device'),
    subsystem_vendor_id: id('subsystem_vendor'),
    vendor_id: id('vendor'),
  }
}

const hex = (value: number | undefined, digits: number) =>
  value === undefined ? '' : `0x${value.toString(16).padStart(digits, '0')}`

const mostOf = (said: Attributes): Link => ({
  speed: speedOf(said('max_link_speed')),
  // 255 is how the kernel says a width that it does not know.
  width: widthOf(said('max_link_width')),
})

function widthOf(text: string | undefined): number | undefined {
  const width = numberOf(text)
  return width === 255 ? undefined : width
}

/** `8.0 GT/s PCIe`; `Unknown` is undefined. */
export function speedOf(text = ''): number | undefined {
  const giga = numberOf(/^([\d.]+) GT\/s/.exec(text)?.[1])
  return giga === undefined ? undefined : giga * 1e9
}
