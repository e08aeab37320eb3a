/** Puts the part together: configuration, store, queues, lists, loops, API. */
import { createTransport } from 'nodemailer'
import type { Clock, Timer } from '#lib/clock'
import type { Disk } from '#lib/disk'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { reportTo } from '#lib/pipeline'
import type { Queues } from '#lib/queue/queue'
import type { Random } from '#lib/random'
import { openDatabase } from '#lib/sql/database'
import { migrate } from '#lib/sql/migrate'
import type { Tracer } from '#lib/trace'
import { createFollow } from './arrival/follow.ts'
import { createIntake, type Intake } from './arrival/intake.ts'
import { regroup } from './arrival/regroup.ts'
import { createRoster } from './arrival/roster.ts'
import { alone, type Cluster } from './cluster/cluster.ts'
import { createConfiguration } from './config/configuration.ts'
import { matcherModeOf } from './config/matchers.ts'
import { createCourier } from './delivery/courier.ts'
import { createFallback, type Fallback } from './fallback/fallback.ts'
import { createUntold } from './fallback/untold.ts'
import { createFlusher } from './flush/flusher.ts'
import { createInhibitors } from './flush/inhibitors.ts'
import { notifierKinds } from './notifiers/index.ts'
import type { NotifierWorld, OpenMail } from './notifiers/notifier.ts'
import { createRest, type Handle } from './rest/routes.ts'
import type { AlertmanagerSettings } from './settings.ts'
import { createSilenceStore } from './silences/silence-store.ts'
import { schema, type Tables } from './store/tables.ts'
import { type Counts, createUpkeep } from './upkeep.ts'
import type { World } from './world.ts'

export interface AlertmanagerDeps {
  readonly settings: Pick<
    AlertmanagerSettings,
    'configFile' | 'dataRetention' | 'webExternalUrl' | 'webVersion'
  > &
    Partial<AlertmanagerSettings>
  /** The instances that share the store; default: there is no other. */
  readonly cluster?: Pick<Cluster, 'status' | 'join' | 'leave'>
  readonly databaseUrl: string
  readonly queues: Queues
  readonly disk: Disk
  /** Keeps what is acknowledged and not in the store yet. */
  readonly arrivalFolder: string
  /**
   * Whether other instances work on the same store: an alert is then acknowledged by the store, so
   * that any of them can take over, and not by this machine's disk alone.
   */
  readonly isShared: boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch
  /** Default: nodemailer. */
  readonly openMail?: OpenMail
  /** Where `proxy_from_environment` looks; default: nowhere. */
  readonly environment?: NotifierWorld['environment']
}

export interface Alertmanager {
  /** Reads the configuration, migrates the store, and begins to flush and deliver. */
  start(): Promise<void>
  /** API v2 and `/-/…`. True: the request is answered here. */
  readonly handle: Handle
  /** Reads the configuration again; one that is invalid changes nothing and rejects. */
  reload(): Promise<void>
  /** For a status page. */
  status(): Promise<AlertmanagerStatus>
  /** Ends what is under way. Wake-ups that still come are left for the next start. */
  close(): Promise<void>
}

export interface AlertmanagerStatus extends Counts {
  readonly receivers: readonly string[]
}

export function createAlertmanager(deps: AlertmanagerDeps): Alertmanager {
  const { settings, queues, clock, metrics, databaseUrl, cluster = alone } = deps
  const log = deps.log.child({ part: 'alertmanager' })
  const database = openDatabase<Tables>(databaseUrl, { name: 'alertmanager', connections: 8 })
  const configuration = createConfiguration({
    ...deps,
    log,
    file: settings.configFile,
    matchers: matcherModeOf(settings.enableFeature ?? []),
    retentionMs: settings.dataRetention,
  })
  countNoFailures(metrics)
  const world: World = {
    ...deps,
    log,
    db: database.db,
    report: reportTo(metrics),
    config: configuration.current,
    externalUrl: settings.webExternalUrl ?? '',
    retentionMs: settings.dataRetention,
  }
  const roster = createRoster()
  const inhibition = createInhibitors(roster, world.config)
  const silences = createSilenceStore(world)
  const notifiers = notifierWorldOf(deps, log)
  const untold = createUntold()
  const courier = createCourier({ ...world, notifiers, untold }, queues.queue('alert-delivery'))
  const follow = createFollow(world, roster)
  const refresh = async () => {
    await Promise.all([silences.refresh(), deps.isShared ? follow.refresh() : undefined])
  }
  const flusher = createFlusher(world, {
    silences: silences.index,
    refresh,
    inhibition,
    flushes: queues.queue('alert-flush'),
    wakeDeliveries: courier.wakeAll,
  })
  const fallback: Fallback = createFallback(world, {
    ...world,
    roster,
    untold,
    inhibition,
    silences: silences.index,
    notifierOf: courier.notifierOf,
    isStoreAway: () => intake.writer.isAway,
  })
  const intake: Intake = createIntake(world, {
    roster,
    untold,
    reconcile: fallback.reconcile,
    disk: deps.disk,
    folder: deps.arrivalFolder,
    diskIsEnough: !deps.isShared,
    wakeAll: flusher.wakeAll,
  })
  const upkeep = createUpkeep(world, { ...flusher, ...courier, roster })
  let ready = false
  let startDelay: Timer | undefined
  const reload = async () => {
    const next = await configuration.read()
    await intake.between(async () => {
      configuration.use(next)
      await regroup(world, flusher.wakeAll)
    })
    for (const loop of upkeep.loops) loop.wake()
    log.info({ file: settings.configFile }, 'Configuration loaded')
  }
  const startedAtMs = clock.nowMs()
  const alerts = { roster, inhibition, intake, silences }
  const { findings } = configuration
  const about = { cluster, version: settings.webVersion, startedAtMs, settings, findings }
  const rest = { ...world, ...alerts, ...about, reload }
  return {
    async start() {
      configuration.use(await configuration.read())
      await migrate(databaseUrl, {
        schema,
        folder: new URL('./store/migrations/', import.meta.url),
      })
      await silences.refresh()
      await intake.open()
      await intake.start()
      await regroup(world, flusher.wakeAll)
      await cluster.join(world.db)
      startDelay = clock.after(settings.dispatchStartDelay ?? 0, flusher.start)
      courier.start()
      for (const loop of upkeep.loops) loop.start()
      ready = true
    },
    handle: createRest({ ...rest, isReady: () => ready }),
    reload,
    status: async () => ({
      ...(await upkeep.counts()),
      receivers: [...configuration.current().receivers.keys()],
    }),
    async close() {
      ready = false
      startDelay?.cancel()
      await cluster.leave()
      await Promise.all(upkeep.loops.map((loop) => loop.close()))
      await Promise.all([intake.close(), flusher.close(), courier.close()])
      await database.close()
    },
  }
}

/** What notifiers reach the outside with. */
function notifierWorldOf(deps: AlertmanagerDeps, log: Log): NotifierWorld {
  return {
    fetch: deps.fetch ?? fetch,
    openMail: deps.openMail ?? ((server) => createTransport(server)),
    log,
    nowMs: deps.clock.nowMs,
    environment: deps.environment ?? {},
  }
}

/** So that a rate of failures is 0 before the first one. */
function countNoFailures(metrics: Metrics): void {
  const failures = metrics.counter(
    'alertmanager_notifications_failed_total',
    'Attempts that failed.',
    ['integration', 'reason'],
  )
  for (const { name } of notifierKinds)
    for (const reason of ['clientError', 'serverError'])
      failures.inc({ integration: name, reason }, 0)
}
