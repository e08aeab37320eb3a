/** Jobs as resources of the kind `job`: how they are shown and how they are queried. */
import { sql as raw } from 'kysely'
import { job as jobKind } from '#api/kinds/job'
import { assert } from '#lib/assert'
import type { Resource } from '#lib/schema'
import { traceIdOf } from '#lib/trace'
import type { StepTable } from '../store/database.ts'
import type { Source } from '../store/find.ts'
import type { JobRow } from './jobs.ts'

export function jobResource(
  row: JobRow,
  steps: readonly StepTable[] = [],
): Resource<typeof jobKind> {
  return {
    id: row.id,
    kind: jobKind.name,
    name: row.workflow,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
    fields: {
      workflow: row.workflow,
      subject: row.subject,
      input: { ...row.input },
      requestedBy: row.requested_by,
      state: row.state,
      step: row.step ?? undefined,
      progress: row.progress === null ? undefined : { ...row.progress },
      error: errorOf(row.error),
      attempts: row.attempts,
      startedAt: row.started_at?.toISOString(),
      finishedAt: row.finished_at?.toISOString(),
      traceId: traceIdOf(row.traceparent),
      steps: steps.map((step) => ({
        name: step.name,
        state: step.state,
        attempts: step.attempts,
        startedAt: step.started_at.toISOString(),
        finishedAt: step.finished_at?.toISOString(),
        made: { ...step.made },
        error: errorOf(step.error),
      })),
    },
  }
}

const errorOf = (error: JobRow['error']) =>
  error === null ? undefined : { ...error, details: { ...error.details } }

/** Jobs have a table of their own: a column a field. */
export const jobSource: Source = {
  table: raw`master.job`,
  only: raw`true`,
  column(field) {
    const column = columns.get(field)
    assert(column !== undefined, `job has no column for "${field}"`)
    return column
  },
}

/** Every field of the kind that can be compared; a test holds this to the kind. */
export const columns = new Map([
  ['id', raw`id::text`],
  ['name', raw`workflow`],
  ['parentId', raw`null::text`],
  ['createdAt', raw`created_at`],
  ['updatedAt', raw`updated_at`],
  ['version', raw`version`],
  ['workflow', raw`workflow`],
  ['subject', raw`subject`],
  ['input', raw`input`],
  ['requestedBy', raw`requested_by`],
  ['state', raw`state`],
  ['step', raw`step`],
  ['progress', raw`progress`],
  ['error', raw`error`],
  ['attempts', raw`attempts`],
  ['startedAt', raw`started_at`],
  ['finishedAt', raw`finished_at`],
  ['traceId', raw`substr(traceparent, 4, 32)`],
  ['steps', raw`null`],
])
