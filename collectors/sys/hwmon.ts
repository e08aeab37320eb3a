/**
 * Sensors of temperature, fans, voltage, current and power: /sys/class/hwmon. Behind some of them
 * stands a disk or a controller, so they are read off the event loop, and one that hangs is left
 * alone until it answers.
 */

import { type Clock, sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import { createReasons } from '../reasons.ts'
import { inUnit, numberOf } from './attributes.ts'
import { type Chip, findChips, type HwmonFiles, readChip } from './hwmon/chip.ts'
import { isReading } from './hwmon/naming.ts'
import { slowDeadlineMs, slowPace } from './pace.ts'

const names = gauge('node_hwmon_chip_names', 'What the driver calls a chip; always 1.')
const label = gauge('node_hwmon_sensor_label', 'What the board calls a sensor; always 1.')
const raised = gauge('zstone_hwmon_alarm', 'Whether a sensor raises an alarm of its own.')
const readable = gauge('zstone_hwmon_chip_readable', 'Whether a chip of sensors answers.')

const chipDeadlineMs = 5000
/** A reading that hangs holds one of the few threads that read files: this many may be held. */
const hangingMax = 2
/** Limits, names, and which chips there are: they change when somebody configures them. */
const inventoryAgeMsMax = 600_000

export interface HwmonOptions {
  readonly files: HwmonFiles
  readonly clock: Clock
  readonly log: Log
}

export function createHwmon({ files, clock, log }: HwmonOptions): Collector {
  const reasons = createReasons(log, 'chip')
  const hanging = new Set<string>()
  let chips: readonly Chip[] = []
  let foundMs = Number.NEGATIVE_INFINITY

  /** The texts of a chip, or why there are none. */
  const read = async (chip: Chip, stop: AbortSignal) => {
    if (hanging.has(chip.folder)) return 'its last reading still hangs'
    if (hanging.size >= hangingMax) return 'other chips hang'
    hanging.add(chip.folder)
    const reading = readChip(chip, files, stop).finally(() => hanging.delete(chip.folder))
    const done = new AbortController()
    const late = sleep(clock, chipDeadlineMs, done.signal).then(() => 'it did not answer in time')
    try {
      const texts = await Promise.race([reading, late])
      return typeof texts === 'string' || isSpeaking(chip, texts) ? texts : 'no sensor answers'
    } catch (error) {
      return messageOf(error)
    } finally {
      done.abort()
    }
  }
  return {
    name: 'hwmon',
    pace: slowPace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      if (clock.monotonicMs() - foundMs > inventoryAgeMsMax) {
        chips = findChips(files)
        foundMs = clock.monotonicMs()
      }
      for (const chip of chips) {
        stop.throwIfAborted()
        const texts = await read(chip, stop)
        const reason = typeof texts === 'string' ? texts : undefined
        reasons.tell(chip.label, reason)
        families.add(readable, { chip: chip.label }, reason === undefined ? 1 : 0)
        if (typeof texts === 'object') addChip(families, chip, texts)
        else foundMs = Number.NEGATIVE_INFINITY // It may be gone, or another stand in its place.
      }
      return families.list()
    },
  }
}

const isSpeaking = (chip: Chip, texts: ReadonlyMap<string, string>) =>
  texts.size > chip.settled.size || chip.files.every((file) => !isReading(file))

function addChip(families: Families, chip: Chip, texts: ReadonlyMap<string, string>): void {
  if (chip.name !== undefined) families.add(names, { chip: chip.label, chip_name: chip.name }, 1)
  for (const { path, element, labels, named, alarm } of chip.files) {
    const text = texts.get(path)
    const value = numberOf(text)
    if (element === 'label' && text !== undefined)
      families.add(label, { ...labels, label: text }, 1)
    if (value === undefined) continue
    if (named !== undefined) families.add(named.metric, labels, inUnit(value, named.unit))
    if (alarm !== undefined) families.add(raised, alarm, value === 0 ? 0 : 1)
  }
}
