/** The control plane: resources, jobs, reactions to alerts, and the API over them. */
import type { RequestListener } from 'node:http'
import { kinds } from '#api/kinds/all'
import type { MasterStatus, StatusReport } from '#api/status'
import type { Clock } from '#lib/clock'
import type { Values } from '#lib/config'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Queues } from '#lib/queue/queue'
import type { Random } from '#lib/random'
import type { Tracer } from '#lib/trace'
import type { EnginePort } from './engine-port.ts'
import { loops } from './loops/index.ts'
import { operations } from './operations/index.ts'
import { createReactor } from './reaction/react.ts'
import { reactions } from './reactions/index.ts'
import { createApp } from './rest/app.ts'
import { openApiOf } from './rest/openapi.ts'
import type { masterSettings } from './settings.ts'
import { masterStatus } from './status.ts'
import { migrateMaster, openMasterDatabase } from './store/database.ts'
import { createResources } from './store/resources.ts'
import type { Topology } from './topology.ts'
import { createJobs } from './workflow/jobs.ts'
import { createMachine } from './workflow/machine.ts'
import { workflows } from './workflows/index.ts'

export type { EnginePort } from './engine-port.ts'
export { worstOf } from './health.ts'
export { ensureToken, isToken, type Token } from './identity/token.ts'
export { openApiOf } from './rest/openapi.ts'
export { masterSettings } from './settings.ts'
export type { Topology, TopologyNode } from './topology.ts'

export interface MasterParts {
  readonly databaseUrl: string
  readonly queues: Pick<Queues, 'queue'>
  readonly engine: EnginePort
  readonly topology: Topology
  /** What callers show; see `ensureToken`. */
  readonly token: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  readonly settings: Values<typeof masterSettings>
  /** The whole status page, of which `status()` is the master's share. */
  readonly statusReport: () => Promise<StatusReport>
}

export interface Master {
  /** Serves `/v1`; answers 404 to all else. */
  readonly app: RequestListener
  /** Migrates, then takes up what was under way. */
  start(): Promise<void>
  /** Puts down what is under way. Close the HTTP server before, the queues after. */
  close(): Promise<void>
  status(): Promise<MasterStatus>
}

export function createMaster(parts: MasterParts): Master {
  const { clock, log, engine, topology, settings } = parts
  const { sql, close } = openMasterDatabase(parts.databaseUrl, settings.jobs.concurrency + 4)
  const resources = createResources(sql, clock)
  const jobs = createJobs(sql, clock)
  const { drain, reactions: reacting } = settings
  const needs = {
    engine,
    resources,
    jobs,
    drain: {
      parallelMax: reacting.drainParallelMax,
      lookEveryMs: drain.lookEvery,
      timeoutMs: drain.timeout,
      proofsMax: drain.proofsMax,
    },
  }
  const machine = createMachine({
    ...parts,
    sql,
    jobs,
    workflows: workflows.map((build) => build(needs)),
    queue: parts.queues.queue('workflow'),
    concurrency: settings.jobs.concurrency,
    timing: timingOf(settings),
  })
  const reactor = createReactor({
    ...parts,
    sql,
    jobs,
    machine,
    reactions,
    isEnabled: reacting.enabled,
  })
  const every = everyOf(settings)
  const retentionMs = settings.jobs.retention
  const world = { ...parts, sql, resources, jobs, machine, reactor, every, retentionMs }
  const running = loops.map((build) => build(world))
  const openApi = openApiOf(kinds)
  return {
    app: createApp({ ...world, kinds, operations, openApi }),
    async start() {
      await migrateMaster(parts.databaseUrl)
      machine.open()
      for (const loop of running) loop.start()
      log.info({ cluster: topology.cluster }, 'Master started')
    },
    async close() {
      await Promise.all(running.map((loop) => loop.close()))
      await machine.close()
      await close()
    },
    status: () => masterStatus({ engine, topology, jobs }),
  }
}

function timingOf({ jobs }: MasterParts['settings']) {
  return {
    leaseMs: jobs.lease,
    stepDeadlineMs: jobs.stepDeadline,
    retryFirstMs: jobs.retryFirst,
    retryMsMax: jobs.retryMax,
  }
}

/** A held alert waits a few seconds at most for what held it to be over. */
function everyOf({ jobs, topology }: MasterParts['settings']) {
  return {
    resumeMs: jobs.resumeEvery,
    syncMs: topology.syncEvery,
    reactMs: 5000,
    forgetMs: 3_600_000,
  }
}
