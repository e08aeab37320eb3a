/** A declared answer to an alert: which workflow, on what, and what speaks against it. */
import type { alert } from '#api/kinds/alert'
import type { FieldsOf } from '#lib/schema'
import type { EnginePort } from '../engine-port.ts'
import type { Json, Sql } from '../store/database.ts'
import type { Resources } from '../store/resources.ts'
import type { Jobs } from '../workflow/jobs.ts'

export type AlertFields = FieldsOf<typeof alert>

export interface Reaction {
  readonly alertname: string
  readonly workflow: string
  decide(labels: AlertFields['labels'], needs: ReactionNeeds): Promise<Decision>
}

export type Decision =
  | { readonly kind: 'order'; readonly subject: string; readonly input: Json }
  /** A job does it already. */
  | { readonly kind: 'join'; readonly jobId: string }
  /** Looked at again while the alert fires. */
  | { readonly kind: 'hold'; readonly why: string }

export interface ReactionNeeds {
  readonly engine: Pick<EnginePort, 'status'>
  /** The transaction in which the alert is recorded. */
  readonly sql: Sql
  readonly resources: Resources
  readonly jobs: Pick<Jobs, 'openFor'>
}
