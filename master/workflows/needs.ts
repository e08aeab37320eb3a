/** What the workflows are made with. */
import type { EnginePort } from '../engine-port.ts'
import type { Resources } from '../store/resources.ts'
import type { Jobs } from '../workflow/jobs.ts'

export interface WorkflowNeeds {
  readonly engine: EnginePort
  readonly resources: Resources
  readonly jobs: Pick<Jobs, 'olderOpen'>
  readonly drain: DrainSettings
}

export interface DrainSettings {
  /** How many drains that alerts began may be under way at once; more wait for their turn. */
  readonly parallelMax: number
  /** How often the way of the data is looked at. */
  readonly lookEveryMs: number
  /** How long the data may take. */
  readonly timeoutMs: number
  /** How often redundancy is proved again when it does not hold yet. */
  readonly proofsMax: number
}
