/**
 * Takes alerts while the store is still being opened: they are checked, kept in the arrival log
 * and acknowledged. Whoever opens that log next finds them there.
 */
import type { Clock } from '#lib/clock'
import type { Disk } from '#lib/disk'
import type { Log } from '#lib/log'
import type { Arrival } from '../alert.ts'
import type { AlertConfig } from '../config/config.ts'
import { createArrivalLog } from './arrival-log.ts'
import { check } from './check.ts'
import type { Intake } from './intake.ts'

export interface EarlyIntake extends Pick<Intake, 'post'> {
  /** False: what comes now has to wait for the alertmanager. */
  readonly isOpen: boolean
  /** What was acknowledged is on disk, and the log is free for its next owner. */
  close(): Promise<void>
}

export interface EarlyWorld {
  readonly folder: string
  readonly disk: Disk
  readonly clock: Clock
  readonly log: Log
  readonly config: AlertConfig
}

export async function openEarlyIntake(world: EarlyWorld): Promise<EarlyIntake> {
  const arrivalLog = createArrivalLog(world)
  await arrivalLog.open(() => 0)
  const { run } = check(world)
  let isOpen = true
  return {
    get isOpen() {
      return isOpen
    },
    async post(alerts) {
      const reasons: string[] = []
      const refuse = (reason: string) => void reasons.push(reason)
      const receivedAtMs = world.clock.nowMs()
      const arrivals: readonly Arrival[] = alerts.map((posted) => ({
        posted,
        receivedAtMs,
        refuse,
      }))
      const checked = (await run(arrivals)).flatMap(({ alert }) => alert ?? [])
      await arrivalLog.append(checked, 0)
      return reasons
    },
    close() {
      isOpen = false
      return arrivalLog.close()
    },
  }
}
