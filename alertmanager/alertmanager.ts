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
import { alone, type Cluster } from './cluster/cluster.ts'
import { createConfiguration } from './config/configuration.ts'
import { matcherModeOf } from './config/matchers.ts'
import { dampingOf } from './damping/settings.ts'
import { lookAgain } from './flush/look-again.ts'
import { createMachines, type Machines } from './machines.ts'
import { type Fetch, sendRequest } from './notifiers/http-fetch.ts'
import { notifierKinds } from './notifiers/index.ts'
import type { NotifierWorld, OpenMail } from './notifiers/notifier.ts'
import { createRest, type Handle } from './rest/routes.ts'
import { type AlertmanagerSettings, alertmanagerSettings } from './settings.ts'
import { createOpening } from './store/opening.ts'
import { schema, type Tables } from './store/tables.ts'
import type { Counts } from './upkeep.ts'
import { watchingOf } from './watch/settings.ts'
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
  readonly fetch?: Fetch
  /** Default: nodemailer. */
  readonly openMail?: OpenMail
  /** Where `proxy_from_environment` looks; default: nowhere. */
  readonly environment?: NotifierWorld['environment']
}

export interface Alertmanager {
  /**
   * Reads the configuration, migrates the store, and begins to flush and deliver. Where the store
   * is away it resolves all the same, after a few seconds: alerts are then taken and told without.
   */
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

const migrations = { schema, folder: new URL('./store/migrations/', import.meta.url) }

export function createAlertmanager(deps: AlertmanagerDeps): Alertmanager {
  const { settings, clock, metrics, databaseUrl, cluster = alone } = deps
  const log = deps.log.child({ part: 'alertmanager' })
  const database = openDatabase<Tables>(databaseUrl, { name: 'alertmanager', connections: 8 })
  const configuration = configurationOf(deps, log)
  countNoFailures(metrics)
  const world: World = {
    ...deps,
    log,
    db: database.db,
    report: reportTo(metrics),
    config: configuration.current,
    externalUrl: settings.webExternalUrl ?? '',
    retentionMs: settings.dataRetention,
    damping: dampingOf(settings),
    historyRetentionMs: settings.historyRetention ?? alertmanagerSettings.historyRetention.default,
  }
  const machines = createMachines(world, {
    ...deps,
    ...watchingOf(settings),
    notifiers: notifierWorldOf(deps, log),
  })
  const { intake, flusher, courier, fallback, upkeep } = machines
  const loops = [...upkeep.loops, ...machines.watchers]
  let ready = false
  let startDelay: Timer | undefined
  const reload = async () => {
    const next = await configuration.read()
    await intake.between(async () => {
      configuration.use(next)
      // While the store is away it is done as soon as that is back.
      if (machines.presence.isAway) return
      await machines.regroup()
      flusher.wakeAll(await lookAgain(world))
    })
    for (const loop of upkeep.loops) loop.wake()
    log.info({ file: settings.configFile }, 'Configuration loaded')
  }
  const openStore = async () => {
    await readyStore(databaseUrl, machines)
    await cluster.join(world.db)
    startDelay = clock.after(settings.dispatchStartDelay ?? 0, flusher.start)
    courier.start()
    for (const loop of loops) loop.start()
  }
  const opening = createOpening(openStore, world)
  const startedAtMs = clock.nowMs()
  const { findings } = configuration
  const about = { cluster, version: settings.webVersion, startedAtMs, settings, findings }
  const rest = { ...world, ...machines, ...about, reload }
  return {
    async start() {
      configuration.use(await configuration.read())
      await intake.open()
      await fallback.open()
      fallback.loop.start()
      machines.presence.loop.start()
      await opening.start()
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
      await opening.close()
      startDelay?.cancel()
      await Promise.all([fallback.loop, machines.presence.loop].map((loop) => loop.close()))
      await cluster.leave()
      await Promise.all(loops.map((loop) => loop.close()))
      await Promise.all([intake.close(), flusher.close(), courier.close()])
      await database.close()
    },
  }
}

/** Everything begins again where the store goes amid it. */
async function readyStore(databaseUrl: string, machines: Machines): Promise<void> {
  const { fallback, silences, acks, presence, intake } = machines
  try {
    await migrate(databaseUrl, migrations)
    await fallback.reconcile()
    await Promise.all([silences.refresh(), acks.refresh()])
    presence.opened()
    await intake.start()
    await machines.regroup()
  } catch (error) {
    fallback.resume()
    throw error
  }
}

/** What notifiers reach the outside with. */
function notifierWorldOf(deps: AlertmanagerDeps, log: Log): NotifierWorld {
  return {
    fetch: deps.fetch ?? sendRequest,
    openMail: deps.openMail ?? ((server) => createTransport(server)),
    log,
    nowMs: deps.clock.nowMs,
    environment: deps.environment ?? {},
  }
}

function configurationOf(deps: AlertmanagerDeps, log: Log) {
  const { configFile: file, enableFeature = [], dataRetention: retentionMs } = deps.settings
  return createConfiguration({
    ...deps,
    log,
    file,
    retentionMs,
    matchers: matcherModeOf(enableFeature),
  })
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
