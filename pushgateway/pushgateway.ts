/** The push gateway as one thing: recovers what it was given, takes pushes, shows them. */
import type { IncomingMessage } from 'node:http'
import type { ScrapedSample } from '#api/sample'
import type { Clock } from '#lib/clock'
import { flagTexts } from '#lib/config'
import { type Disk, realDisk } from '#lib/disk'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { type Random, systemRandom } from '#lib/random'
import type { Tracer } from '#lib/trace'
import { createAddsUp } from './adding/add-up.ts'
import { createBooks } from './books/books.ts'
import { createExpiry, type Expiry } from './expiry/expiry.ts'
import { createForwarder, type Forwarder } from './forward/forwarder.ts'
import { createHandler, type Handle } from './http/handler.ts'
import { openRoles } from './http/roles.ts'
import { createRouter, prefixOf } from './http/routes.ts'
import { createIntake } from './limits/intake.ts'
import { type Committer, createCommitter } from './log/commit.ts'
import { noDisk } from './log/no-disk.ts'
import { recover } from './log/recovery.ts'
import { type Fsync, openWriteLog, type WriteLog } from './log/write-log.ts'
import { type BuildInfo, createOwnMetrics, unknownBuild } from './own-metrics.ts'
import type { PushWorld } from './push.ts'
import { pageSamples, samplesOf } from './scrape/exposed.ts'
import { createOwnFamilies } from './scrape/own-families.ts'
import { type PushgatewaySettings, pushgatewaySettings } from './settings.ts'
import { createNameIndex, type NameIndex } from './store/name-index.ts'
import { type Admission, createStore, type Group, type Write } from './store/store.ts'

export interface Pushgateway {
  /** Recovers what was acknowledged before. Until then pushes are answered with 503. */
  start(): Promise<void>
  /** Answers any request; without `caller` it comes from nobody in particular. */
  readonly handle: Handle
  /** Whether a request may be handed in without asking for a name first. */
  admits(request: IncomingMessage): boolean
  /** Every sample of every group, with the `traceparent` of its push as `origin`. */
  samples(): Iterable<ScrapedSample>
  groups(): readonly PushGroup[]
  /** Lets waiting pushes and a snapshot under way end; further pushes get 503. */
  close(): Promise<void>
}

export interface PushGroup {
  readonly labels: Labels
  /** When the last push succeeded; undefined: never. */
  readonly pushedAtMs: number | undefined
  /** When a push was last refused; undefined: never. */
  readonly failedAtMs: number | undefined
  /** How many samples the group shows, without its two times. */
  readonly seriesCount: number
  /** Of the last push. */
  readonly traceparent: string | undefined
}

export interface PushgatewayOptions {
  readonly settings: PushgatewaySettings
  /** Where the log and its snapshots are; nobody else writes there. Empty: in memory only. */
  readonly folder: string
  readonly disk?: Disk
  readonly clock: Clock
  readonly random?: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  /** The registry of the process in text format, for `/metrics`; absent: it shows groups only. */
  readonly ownMetrics?: () => Promise<string>
  readonly build?: BuildInfo
  /** What `/-/quit` does, where the settings allow it. */
  readonly onQuit?: () => void
}

interface Running {
  readonly committer: Committer
  readonly log: WriteLog
}

export function createPushgateway(options: PushgatewayOptions): Pushgateway {
  const { settings, clock, log, build = unknownBuild } = options
  const metrics = createOwnMetrics(options.metrics, { build, clock })
  const own = createOwnFamilies(options.ownMetrics, log)
  const index = createNameIndex(own.types)
  const books = createBooks()
  const expiry = createExpiry(settings.push, options)
  const { marks, expirer, tombstones } = expiry
  const checks = !settings.push.disableConsistencyCheck
  const store = createStore({ index, books, checks, tombstones, limits: settings.push })
  const pushWorld = pushWorldOf(options, index)
  const startedAt = new Date(clock.nowMs()).toISOString()
  const { telemetryPath: telemetry, enableAdminApi: hasAdminApi } = settings.web
  const routeOf = createRouter({ prefix: prefixOf(settings.web), telemetry, hasAdminApi })
  const roles = openRoles(settings.web.rolesFile, { clock, log })
  const forwarder = forwarderOf(options)
  let running: Running | undefined
  let state: 'starting' | 'ready' | 'closed' = 'starting'

  const handle = createHandler({
    settings,
    routeOf,
    roles,
    clock,
    log,
    metrics,
    own,
    store,
    shown: { pages: () => [...books.pages(), ...marks.pages()] },
    quit: options.onQuit ?? (() => {}),
    state: () => state,
    broken: () => running?.log.broken(),
    logSizeBytes: () => running?.log.sizeBytes(),
    pushes: () =>
      state === 'ready' && running !== undefined
        ? { ...pushWorld, committer: running.committer }
        : undefined,
    status: () => ({
      build_information: build,
      flags: Object.fromEntries(flagTexts(pushgatewaySettings, settings)),
      start_time: startedAt,
    }),
  })
  return {
    async start() {
      await own.read()
      running = await open({ options, store, metrics: metrics.log, forwarder, expiry })
      expirer.start(store.groups(), running.committer)
      state = 'ready'
    },
    handle,
    admits({ method = 'GET', url = '/' }) {
      const { needs } = routeOf(method, url)
      return needs !== undefined && roles.isForAnyone(needs)
    },
    *samples() {
      yield* samplesOf(store.groups())
      yield* pageSamples(marks.pages())
    },
    groups: () => store.groups().flatMap(summaryOf),
    async close() {
      state = 'closed'
      await expirer.close()
      await running?.committer.idle()
      await running?.log.close()
      await forwarder?.close()
    },
  }
}

function forwarderOf(options: PushgatewayOptions): Forwarder | undefined {
  const { settings, clock, log, metrics, random = systemRandom, build = unknownBuild } = options
  const { version } = build
  return createForwarder({ settings: settings.forward, version, clock, random, log, metrics })
}

function pushWorldOf(
  { settings: { push, web }, clock, tracer }: PushgatewayOptions,
  { headOf }: NameIndex,
): Omit<PushWorld, 'committer'> {
  return {
    clock,
    tracer,
    headOf,
    intake: createIntake(push, clock),
    limits: push,
    formats: { openMetrics: web.enableOpenmetrics, utf8Names: push.enableUtf8Names },
    addsUp: createAddsUp(push.aggregate),
  }
}

async function open(given: {
  options: PushgatewayOptions
  store: ReturnType<typeof createStore>
  metrics: ReturnType<typeof createOwnMetrics>['log']
  forwarder: Forwarder | undefined
  expiry: Expiry
}): Promise<Running> {
  const { options, store, metrics, forwarder, expiry } = given
  const { folder, clock, disk = folder === '' ? noDisk : realDisk } = options
  const startedMs = clock.monotonicMs()
  const recovered = await recover({ disk, folder }, store)
  const log = await openWriteLog(
    {
      disk,
      folder,
      clock,
      fsync: fsyncOf(options.settings.persistence),
      onSync: metrics.synced,
      onBroken: metrics.broke,
    },
    recovered.end,
  )
  const tookMs = clock.monotonicMs() - startedMs
  metrics.recovered(tookMs)
  const { recordCount, cutBytes } = recovered
  const fields = { folder, groups: store.groups().length, recordCount, cutBytes, tookMs }
  options.log.info(fields, 'Pushes recovered')
  forwarder?.recovered(store.groups())
  const { snapshotBytes } = recovered
  const { logSizeMax } = options.settings.persistence
  const world = { store, log, disk, folder, metrics, clock, logSizeMax, snapshotBytes }
  const onPublish = (admission: Admission, { atMs }: Write) => {
    forwarder?.accepted(admission, atMs)
    expiry.ageing.published(admission)
  }
  return { log, committer: createCommitter({ ...world, journal: options.log, onPublish }) }
}

function fsyncOf({ fsync, fsyncInterval }: PushgatewaySettings['persistence']): Fsync {
  return fsync === 'interval' ? { when: fsync, everyMs: fsyncInterval } : { when: fsync }
}

function summaryOf(group: Group): readonly PushGroup[] {
  const state = group.visible
  if (state === undefined) return []
  return [
    {
      labels: Object.fromEntries(group.pairs),
      pushedAtMs: state.pushedAtMs || undefined,
      failedAtMs: state.failedAtMs || undefined,
      seriesCount: state.seriesCount,
      traceparent: state.traceparent,
    },
  ]
}
