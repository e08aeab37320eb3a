/** The tables of the control plane (PostgreSQL schema `master`), as TypeScript sees them. */
import type { Generated, Kysely } from 'kysely'
import { type Database, openDatabase } from '#lib/sql/database'
import { migrate } from '#lib/sql/migrate'

export type Json = Readonly<Record<string, unknown>>

export interface ResourceTable {
  id: string
  kind: string
  name: string
  parent_id: string | null
  fields: Json
  created_at: Date
  updated_at: Date
  version: Generated<number>
}

export type JobState =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'undoing'
  | 'stuck'
  | 'succeeded'
  | 'failed'
  | 'cancelled'

/** What a job or a step says of its failure. */
export interface JobError {
  readonly code: string
  readonly message: string
  readonly details?: Json
}

export interface Progress {
  /** One line for people. */
  readonly text: string
  /** `bytesLeft: 1024`: for charts and bars. */
  readonly figures: Readonly<Record<string, number>>
}

export interface JobTable {
  id: string
  workflow: string
  subject: string
  input: Json
  requested_by: string
  state: JobState
  is_going_back: Generated<boolean>
  is_cancel_asked: Generated<boolean>
  step: string | null
  progress: Progress | null
  error: JobError | null
  attempts: Generated<number>
  traceparent: string
  due_at: Date
  lease_owner: string | null
  lease_epoch: Generated<number>
  lease_until: Date | null
  created_at: Date
  updated_at: Date
  started_at: Date | null
  finished_at: Date | null
  version: Generated<number>
}

export type StepState = 'started' | 'waiting' | 'done' | 'failed' | 'undoing' | 'undone'

export interface StepTable {
  job_id: string
  position: number
  name: string
  state: StepState
  attempts: number
  failures: number
  made: Json
  error: JobError | null
  started_at: Date
  deadline_at: Date
  finished_at: Date | null
}

export interface MasterTables {
  resource: ResourceTable
  job: JobTable
  job_step: StepTable
}

/** A connection or a transaction, inside the schema `master`. */
export type Sql = Kysely<MasterTables>

export interface MasterDatabase {
  readonly sql: Sql
  close(): Promise<void>
}

export function openMasterDatabase(url: string, connections: number): MasterDatabase {
  const { db, close }: Database<MasterTables> = openDatabase(url, {
    name: 'zstone master',
    connections,
  })
  return { sql: db.withSchema('master'), close }
}

export function migrateMaster(url: string): Promise<void> {
  return migrate(url, { schema: 'master', folder: new URL('./migrations/', import.meta.url) })
}
