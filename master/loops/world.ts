/** What the loops are made with. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { EnginePort } from '../engine-port.ts'
import type { Reactor } from '../reaction/react.ts'
import type { Sql } from '../store/database.ts'
import type { Resources } from '../store/resources.ts'
import type { Topology } from '../topology.ts'
import type { Jobs } from '../workflow/jobs.ts'
import type { Machine } from '../workflow/machine.ts'

export interface LoopsWorld {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly engine: Pick<EnginePort, 'status'>
  readonly topology: Topology
  readonly resources: Resources
  readonly jobs: Jobs
  readonly machine: Pick<Machine, 'wake'>
  readonly reactor: Pick<Reactor, 'takeHeld'>
  readonly every: {
    readonly resumeMs: number
    readonly syncMs: number
    readonly reactMs: number
    readonly forgetMs: number
  }
  readonly retentionMs: number
}
