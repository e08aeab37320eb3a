/** Puts the part together: configuration, store, queues, lists, loops, API. */
import { createHash } from 'node:crypto'
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
import { createIntake } from './arrival/intake.ts'
import { regroup } from './arrival/regroup.ts'
import { createRoster } from './arrival/roster.ts'
import { alone, type Cluster } from './cluster/cluster.ts'
import { type AlertConfig, loadConfig } from './config/config.ts'
import { createCourier } from './delivery/courier.ts'
import { createFlusher } from './flush/flusher.ts'
import { createInhibitors } from './flush/inhibitors.ts'
import { notifierKinds } from './notifiers/index.ts'
import type { OpenMail } from './notifiers/notifier.ts'
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
  const configuration = createConfiguration(settings.configFile, deps)
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
  const notifiers = {
    fetch: deps.fetch ?? fetch,
    openMail: deps.openMail ?? ((server) => createTransport(server)),
    log,
    nowMs: clock.nowMs,
  }
  const courier = createCourier({ ...world, notifiers }, queues.queue('alert-delivery'))
  const flusher = createFlusher(world, {
    silences,
    inhibition,
    flushes: queues.queue('alert-flush'),
    wakeDeliveries: courier.wakeAll,
  })
  const intake = createIntake(world, {
    roster,
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
  const about = { cluster, version: settings.webVersion, startedAtMs, settings }
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

/** The configuration that holds, and what is measured of it. */
function createConfiguration(file: string, { metrics, clock }: AlertmanagerDeps) {
  const successful = metrics.gauge(
    'alertmanager_config_last_reload_successful',
    'Whether the last configuration reload attempt was successful.',
  )
  const succeededAt = metrics.gauge(
    'alertmanager_config_last_reload_success_timestamp_seconds',
    'Timestamp of the last successful configuration reload.',
  )
  const hashed = metrics.gauge('alertmanager_config_hash', 'Hash of the loaded configuration.')
  const receivers = metrics.gauge('alertmanager_receivers', 'Number of configured receivers.')
  const integrations = metrics.gauge('alertmanager_integrations', 'Number of integrations.')
  const rules = metrics.gauge('alertmanager_inhibition_rules', 'Number of inhibition rules.')
  const failures = metrics.counter(
    'alertmanager_notifications_failed_total',
    'Attempts that failed.',
    ['integration', 'reason'],
  )
  for (const { name } of notifierKinds)
    for (const reason of ['clientError', 'serverError'])
      failures.inc({ integration: name, reason }, 0)
  let current: AlertConfig | undefined
  return {
    current() {
      if (current === undefined) throw new Error('the configuration is read by start()')
      return current
    },
    async read(): Promise<AlertConfig> {
      try {
        return await loadConfig(file)
      } catch (error) {
        successful.set(0)
        throw error
      }
    },
    use(config: AlertConfig) {
      current = config
      successful.set(1)
      succeededAt.set(clock.nowMs() / 1000)
      const hash = createHash('sha256').update(config.shown).digest()
      hashed.set(hash.readUIntBE(0, 6))
      receivers.set(config.receivers.size)
      const all = [...config.receivers.values()].flatMap((receiver) => receiver.integrations)
      integrations.set(all.length)
      rules.set(config.inhibitRules.length)
    },
  }
}
