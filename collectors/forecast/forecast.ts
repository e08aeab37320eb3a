/** Forecasts of a disk, added to its samples whenever it is read: its end by wear, its failure. */
import type { Clock } from '#lib/clock'
import type { Disk } from '#lib/disk'
import type { Log } from '#lib/log'
import type { DeviceFacts } from '../facts/device-facts.ts'
import { type Families, gauge } from '../families.ts'
import { wearOf } from '../wear/wear.ts'
import { daysLeft, type TimedWearPoint } from './days-left.ts'
import { failureRisk, riskModelVersion } from './failure-risk.ts'
import { createWearHistory, type WearHistory } from './history.ts'
import { createHistoryFile, type HistoryFile } from './history-file.ts'
import { wearModelVersion } from './wear-growth.ts'

export interface Forecast {
  /** To be called at every reading of a disk; takes no time to speak of. */
  readonly onFacts: (device: string, facts: DeviceFacts, families: Families) => void
  /** Waits for what is being saved. */
  close(): Promise<void>
}

export interface ForecastOptions {
  readonly clock: Clock
  readonly log: Log
  readonly disk: Disk
  /** Where histories of wear are kept; absent: they last as long as the process. */
  readonly folder: string | undefined
}

const days = gauge(
  'zstone_device_wear_days_left',
  'Days until the rated endurance is used up. Four of five drives end between low and high; ' +
    'absent: not within 20 years, or too little history.',
)
const span = gauge('zstone_device_wear_history_days', 'Days of power that the forecast rests on.')
const risk = gauge(
  'zstone_device_failure_risk_ratio',
  'How much its attributes speak for a failure soon, 0 to 1; for ranking disks.',
)
const reason = gauge(
  'zstone_device_failure_risk_reason',
  'What an attribute adds to the logarithm of the odds of a failure.',
)

export async function openForecast(options: ForecastOptions): Promise<Forecast> {
  const { clock, folder } = options
  const file = folder === undefined ? undefined : createHistoryFile({ ...options, folder })
  const history = createWearHistory(await file?.load())
  const saving = createSaving(history, file)
  return {
    onFacts(device, facts, families) {
      addRisk(device, facts, families)
      const point = pointOf(facts, clock.nowMs())
      const drive = driveOf(facts)
      if (point === undefined || drive === undefined) return
      if (history.note(drive, point)) saving.begin()
      addDays(device, history.withNow(drive, point), families)
    },
    close: saving.settled,
  }
}

/** One save at a time; whatever changed meanwhile is saved by one more. */
function createSaving(history: WearHistory, file: HistoryFile | undefined) {
  let running: Promise<void> | undefined
  let isStale = false
  const run = async () => {
    while (isStale) {
      isStale = false
      await file?.save(history.all())
    }
    running = undefined
  }
  return {
    begin() {
      isStale = true
      running ??= Promise.resolve().then(run) // All disks of one tick are saved at once.
    },
    settled: async () => running,
  }
}

function pointOf(facts: DeviceFacts, atMs: number): TimedWearPoint | undefined {
  const percent = wearOf(facts)?.percent
  const { powerOnHours, bytesWritten } = facts
  if (percent === undefined || powerOnHours === undefined) return undefined
  return { percent, powerOnHours, bytesWritten, atMs }
}

function driveOf({ model, serial }: DeviceFacts): string | undefined {
  return serial === undefined ? undefined : `${model ?? ''}/${serial}`
}

function addDays(device: string, points: readonly TimedWearPoint[], families: Families): void {
  const hours = (points.at(-1)?.powerOnHours ?? 0) - (points[0]?.powerOnHours ?? 0)
  families.add(span, { device }, hours / 24)
  const left = daysLeft(points)
  for (const bound of ['low', 'median', 'high'] as const)
    families.add(days, { device, bound, model_version: wearModelVersion }, left?.[bound])
}

function addRisk(device: string, facts: DeviceFacts, families: Families): void {
  const found = failureRisk(facts)
  if (found === undefined) return
  const labels = { device, model_version: riskModelVersion }
  families.add(risk, labels, found.risk)
  for (const { attribute, weight } of found.reasons)
    families.add(reason, { ...labels, attribute }, weight)
}
