/** A chip of sensors: who it is, and what it says. */
import type { Labels } from '#lib/labels'
import type { Files } from '../../files.ts'
import { namesIn } from '../attributes.ts'
import {
  cleaned,
  isReading,
  metricOf,
  type NamedMetric,
  type SensorFile,
  sensorFileOf,
} from './naming.ts'

export type HwmonFiles = Pick<Files, 'readText' | 'readTextLater' | 'listIfPresent' | 'realPath'>

export interface Chip {
  readonly folder: string
  readonly label: string
  /** What its driver calls it. */
  readonly name: string | undefined
  readonly files: readonly ChipFile[]
  /** Limits, names and settings by path: they are configuration, and read with the inventory. */
  readonly settled: Map<string, string>
}

export interface ChipFile extends SensorFile {
  readonly path: string
  readonly labels: Labels
  /** Undefined where the file says no number of its own. */
  readonly named: NamedMetric | undefined
  /** With the alarm's own name, where the file is one. */
  readonly alarm: Labels | undefined
}

const folder = '/sys/class/hwmon'

/**
 * Their sensors are registers of this machine. Behind any other chip may stand a disk, a bus or a
 * controller that takes its time, or hangs.
 */
const prompt = new Set(['coretemp', 'k10temp', 'k8temp', 'zenpower'])

export function findChips(files: HwmonFiles): readonly Chip[] {
  const taken = new Set<string>()
  return namesIn(files, folder, /^hwmon\d+$/).map((hwmon) => {
    const path = `${folder}/${hwmon}`
    const name = cleaned(quietly(() => files.readText(`${path}/name`)) ?? '')
    const place = labelOf(files, path) || name || hwmon
    // Two of one device: the second is told apart by its number.
    const label = taken.has(place) ? `${place}_${hwmon}` : place
    taken.add(label)
    return {
      folder: path,
      label,
      name: name === '' ? undefined : name,
      files: filesOf(files, path, label),
      settled: new Map(),
    }
  })
}

function filesOf(files: HwmonFiles, path: string, chip: string): readonly ChipFile[] {
  // Older drivers keep their files at the device.
  const found = [path, `${path}/device`].flatMap((place) =>
    namesIn(files, place).flatMap((name) => {
      const file = sensorFileOf(name)
      return file === undefined ? [] : [[name, { ...file, path: `${place}/${name}` }] as const]
    }),
  )
  const sensors = Map.groupBy(new Map(found).values(), ({ sensor }) => sensor)
  return [...sensors].flatMap(([sensor, files]) => {
    const labels = { chip, sensor }
    const elements = new Set(files.map(({ element }) => element))
    return files.map((file) => ({
      ...file,
      labels,
      named: metricOf(file, elements),
      alarm: alarmOf(file, labels),
    }))
  })
}

function alarmOf({ element }: SensorFile, labels: Labels): Labels | undefined {
  if (!/(^|_)alarm$|^fault$/.test(element)) return undefined
  return { ...labels, alarm: element.replace(/_alarm$/, '') }
}

/** By its place in the machine, since numbers of hwmon change from boot to boot. */
function labelOf(files: HwmonFiles, path: string): string {
  const device = quietly(() => files.realPath(`${path}/device`))
  const parts = (device ?? '').split('/').slice(-2).map(cleaned)
  return parts.filter((part) => part !== '').join('_')
}

/** Texts by path; a sensor that refuses has none. */
export async function readChip(
  chip: Chip,
  files: HwmonFiles,
  stop: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const isNew = chip.settled.size === 0
  const texts = new Map<string, string>()
  for (const file of chip.files) {
    const keep = isReading(file) ? texts : chip.settled
    if (keep === chip.settled && !isNew) continue
    stop.throwIfAborted()
    const text = prompt.has(chip.name ?? '')
      ? quietly(() => files.readText(file.path))
      : await files.readTextLater(file.path).catch(() => undefined)
    if (text !== undefined) keep.set(file.path, text.trim())
  }
  return new Map([...chip.settled, ...texts])
}

function quietly(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
