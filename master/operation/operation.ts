/** What a kind lets callers ask for: it checks what can be known at once, and orders a job. */
import type { EnginePort } from '../engine-port.ts'
import type { Json } from '../store/database.ts'
import type { Resources } from '../store/resources.ts'
import type { JobRow } from '../workflow/jobs.ts'
import type { Machine } from '../workflow/machine.ts'

export interface Operation {
  /** `<kind>.create`, `<kind>.remove` or `<kind>.<action>`, as `api/kinds` declares it. */
  readonly of: string
  run(request: OperationRequest, needs: OperationNeeds): Promise<JobRow>
}

export interface OperationRequest {
  /** The resource that was named; empty for a create. */
  readonly id: string
  /** Fits the fields that the kind declares for it. */
  readonly input: Json
  /** What every order of this request carries. */
  readonly order: {
    readonly id: string | undefined
    readonly requestedBy: string
    readonly traceparent: string
  }
}

export interface OperationNeeds {
  readonly machine: Pick<Machine, 'start' | 'cancel'>
  readonly resources: Resources
  readonly engine: Pick<EnginePort, 'status'>
}
