/**
 * Looks how all paths do, shows it as metrics, and raises an alert for those that have failed. Each
 * instance raises the same ones: they are one alert, because their labels are the same.
 */
import type { PostableAlert } from '#api/alert'
import { createLoop, type Loop } from '#lib/loop'
import { type Alert, isResolved } from '../alert.ts'
import { join } from '../arrival/group.ts'
import type { Intake } from '../arrival/intake.ts'
import type { Roster } from '../arrival/roster.ts'
import type { AlertConfig } from '../config/config.ts'
import { inTransaction } from '../store/transaction.ts'
import type { WakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import { type Alarm, alarmsOf, failedFor, raised, resolved } from './alarm.ts'
import { detourOf } from './detour.ts'
import { heartbeatPaths } from './heartbeat.ts'
import { failingMs, type Path, type PathName } from './path.ts'
import { forgetPaths, pathKey, readPaths } from './path-store.ts'

export interface WatcherParts {
  readonly roster: Roster
  readonly intake: Pick<Intake, 'post' | 'writer'>
  readonly wakeAll: WakeAll
  /** 0: nothing is raised. */
  readonly failAfterMs: number
  /** 0: there are no heartbeats. */
  readonly heartbeatEveryMs: number
}

const limits = { everyMs: 5000 }

export function createWatcher(world: World, parts: WatcherParts): Loop {
  const show = createPathMetrics(world)
  const pass = async () => {
    const config = world.config()
    const named = parts.heartbeatEveryMs > 0 ? heartbeatPaths(config) : []
    const known = new Set([...notificationPaths(config), ...named].map(pathKey))
    const all = await readPaths(world.db)
    const nowMs = world.clock.nowMs()
    const kept = all.filter((path) => known.has(pathKey(path)))
    show(kept, nowMs)
    // What the configuration does not have any more has not failed.
    const gone = all.filter((path) => !known.has(pathKey(path))).map(silent)
    await raise(alarmsOf([...kept, ...gone], { ...parts, nowMs }), kept, nowMs)
    if (gone.length > 0) await forgetPaths(world.db, gone, nowMs)
  }
  const raise = async (alarms: readonly Alarm[], paths: readonly Path[], nowMs: number) => {
    const fires = (name: string) => {
      const alert = parts.roster.get(name)
      return alert !== undefined && !isResolved(alert, nowMs)
    }
    const failed = alarms.filter((alarm) => alarm.failed.length > 0)
    const over = alarms.filter((alarm) => alarm.failed.length === 0 && fires(alarm.fingerprint))
    for (const alarm of failed)
      if (!fires(alarm.fingerprint))
        world.log.error(
          { ...alarm.labels, failingFor: failedFor(alarm, nowMs) },
          'A receiver is not reached',
        )
    const posted: readonly PostableAlert[] = [
      ...failed.map((alarm) => raised(alarm, nowMs)),
      ...over.map((alarm) => resolved(alarm, nowMs)),
    ]
    if (posted.length === 0) return
    await parts.intake.post(posted)
    await detour(failed, paths, nowMs)
  }
  /** An alarm that is routed to nobody who hears it also joins the group of one who does. */
  const detour = async (alarms: readonly Alarm[], paths: readonly Path[], nowMs: number) => {
    const config = world.config()
    const memberships = alarms.flatMap(({ labels, fingerprint }) => {
      const alert: Alert | undefined = parts.roster.get(fingerprint)
      const route = detourOf(labels, config, paths)
      return alert === undefined || route === undefined ? [] : [{ alert, route }]
    })
    if (memberships.length === 0) return
    await parts.intake.writer.stored(parts.roster.backlog.turn)
    parts.wakeAll(await inTransaction(world.db, world, (tx) => join(tx, memberships, nowMs)))
  }
  return createLoop({ name: 'notification paths', everyMs: limits.everyMs, pass }, world)
}

const notificationPaths = ({ receivers }: AlertConfig): readonly PathName[] =>
  [...receivers.values()].flatMap(({ name: receiver, integrations }) =>
    integrations.map(({ name: integration, index }) => {
      return { receiver, integration, index, kind: 'notification' as const }
    }),
  )

function silent({ receiver, integration, index, kind }: Path): Path {
  return { receiver, integration, index, kind, refusals: 0, due: 0 }
}

function createPathMetrics({ metrics }: World) {
  const labels = ['receiver', 'integration', 'index', 'kind']
  const delivered = metrics.gauge(
    'zstone_alertmanager_path_last_success_timestamp_seconds',
    'When the path last delivered; 0: never.',
    labels,
  )
  const failing = metrics.gauge(
    'zstone_alertmanager_path_failing_seconds',
    'For how long nothing has got through; 0: the last attempt did.',
    labels,
  )
  const due = metrics.gauge(
    'zstone_alertmanager_path_notifications_due',
    'Notifications that wait for this path.',
    labels,
  )
  return (paths: readonly Path[], nowMs: number) => {
    for (const gauge of [delivered, failing, due]) gauge.reset()
    for (const path of paths) {
      const { receiver, integration, index, kind } = path
      const name = { receiver, integration, index: String(index), kind }
      delivered.set(name, (path.deliveredAtMs ?? 0) / 1000)
      failing.set(name, failingMs(path, nowMs) / 1000)
      due.set(name, path.due)
    }
  }
}
