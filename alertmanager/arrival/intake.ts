/** Takes posted alerts in: judged in memory, acknowledged by a disk, then written to the store. */
import { sql } from 'kysely'
import type { PostableAlert } from '#api/alert'
import { fault } from '#api/errors'
import type { Disk } from '#lib/disk'
import type { WakeUp } from '#lib/queue/queue'
import type { Alert, Arrival } from '../alert.ts'
import type { Untold } from '../fallback/untold.ts'
import { onArrival } from '../pipeline.ts'
import type { Presence } from '../store/presence.ts'
import type { AlertRow } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import { type ArrivalLog, createArrivalLog } from './arrival-log.ts'
import { keptOf } from './keep.ts'
import { giveTimeAgain } from './lapsed.ts'
import type { Roster } from './roster.ts'
import { createStoreWriter, type StoreWriter } from './store-writer.ts'

export interface Intake {
  /** Takes back what an earlier life acknowledged; the store may still be away. */
  open(): Promise<void>
  /** Reads what the store has, and begins to write. */
  start(): Promise<void>
  /** Resolves once they are durable, with a reason for each alert that was refused. */
  post(alerts: readonly PostableAlert[]): Promise<readonly string[]>
  /** Runs `alone` while no alert is being written. */
  between<T>(alone: () => Promise<T>): Promise<T>
  close(): Promise<void>
  readonly writer: StoreWriter
}

export interface IntakeParts {
  readonly roster: Roster
  readonly disk: Disk
  /** Of the arrival log. */
  readonly folder: string
  readonly diskIsEnough: boolean
  readonly refresh: () => Promise<void>
  readonly untold: Untold
  readonly presence: Presence
  readonly wakeAll: (wakeUps: readonly WakeUp[]) => void
}

const limits = { alertsUnstored: 200_000, rowsAPage: 5000 }

export function createIntake(world: World, parts: IntakeParts): Intake {
  const { roster, diskIsEnough, untold } = parts
  const onBegan = (alert: Alert) => untold.began(alert, world.clock.nowMs())
  const meter = createMeter(world)
  const arrivalLog = createArrivalLog({ ...world, ...parts })
  const onStored = (turn: number) => {
    meter.unstored(roster.backlog.size)
    arrivalLog.release(turn)
  }
  const writer = createStoreWriter(world, { ...parts, onStored })
  const list = (config: ReturnType<World['config']>) =>
    onArrival({ ...world, ...parts, config, onBegan, arrivalLog, writer, diskIsEnough })
  return {
    writer,
    open: () => replay(arrivalLog, roster, onBegan),
    async start() {
      await giveTimeAgain(world)
      // From here on every change of another instance is followed, so none is missed by the load.
      await parts.refresh()
      await load(world, roster)
      writer.start()
    },
    async post(alerts) {
      if (alerts.length === 0) return []
      if (roster.backlog.size > limits.alertsUnstored)
        throw fault('ALERT_QUEUE_FULL', { name: 'the alerts', waitingMax: limits.alertsUnstored })
      const nowMs = world.clock.nowMs()
      const reasons = new Map<number, string>()
      const arrivals: readonly Arrival[] = alerts.map((posted, i) => ({
        posted,
        receivedAtMs: nowMs,
        refuse: (reason) => void reasons.set(i, reason),
      }))
      meter.received(alerts, nowMs)
      const changed = await list(world.config()).run(arrivals)
      meter.unstored(roster.backlog.size)
      // What says nothing new may repeat what is on its way to the disk just now.
      if (changed.length === 0) await arrivalLog.append([], roster.backlog.turn)
      meter.refused(reasons.size)
      return [...reasons.values()]
    },
    between: writer.between,
    async close() {
      await writer.close()
      await arrivalLog.close()
    },
  }
}

/** Whoever was not stored may not have been told either. */
async function replay(
  arrivalLog: ArrivalLog,
  roster: Roster,
  onBegan: (alert: Alert) => void,
): Promise<void> {
  await arrivalLog.open((alerts) => {
    roster.replay(alerts)
    return roster.backlog.turn
  })
  for (const alert of roster.ahead()) onBegan(alert)
}

async function load({ db }: World, roster: Roster): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { rows } = await sql<AlertRow>`
      select * from ${table('alerts')} where fingerprint > ${after}
      order by fingerprint limit ${limits.rowsAPage}`.execute(db)
    roster.load(rows.map(keptOf))
    after = rows.length < limits.rowsAPage ? undefined : rows.at(-1)?.fingerprint
  }
}

function createMeter({ metrics }: World) {
  const received = metrics.counter(
    'alertmanager_alerts_received_total',
    'Alerts that clients posted.',
    ['status', 'version'],
  )
  const invalid = metrics.counter('alertmanager_alerts_invalid_total', 'Alerts refused.', [
    'version',
  ])
  const unstored = metrics.gauge(
    'zstone_alertmanager_alerts_unstored',
    'Alerts with changes that are in the local log and not in the store yet.',
  )
  for (const status of ['firing', 'resolved']) received.inc({ status, version: 'v2' }, 0)
  invalid.inc({ version: 'v2' }, 0)
  return {
    received(alerts: readonly PostableAlert[], nowMs: number) {
      const resolved = alerts.filter((alert) => isOver(alert, nowMs)).length
      received.inc({ status: 'resolved', version: 'v2' }, resolved)
      received.inc({ status: 'firing', version: 'v2' }, alerts.length - resolved)
    },
    refused: (count: number) => invalid.inc({ version: 'v2' }, count),
    unstored: (count: number) => unstored.set(count),
  }
}

const isOver = ({ endsAt }: PostableAlert, nowMs: number) =>
  endsAt !== undefined && !endsAt.startsWith('0001-') && Date.parse(endsAt) <= nowMs
