import { z } from 'zod'
import { choice, count, defineKind, optional, text, time, value } from '#lib/schema'

const error = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
})

const progress = z.object({
  text: z.string(),
  figures: z.record(z.string(), z.number()),
})

const step = z.object({
  name: z.string(),
  state: z.enum(['started', 'waiting', 'done', 'failed', 'undoing', 'undone']),
  attempts: z.int(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  made: z.record(z.string(), z.unknown()).optional(),
  error: error.optional(),
})

/** `queued` → `running` ⇄ `waiting` → `succeeded`, or `undoing` → `failed` or `cancelled`. */
const states = [
  'queued',
  'running',
  'waiting',
  'undoing',
  'stuck',
  'succeeded',
  'failed',
  'cancelled',
] as const

export const job = defineKind({
  name: 'job',
  plural: 'jobs',
  about: 'One run of a workflow.',
  fields: {
    workflow: text('The workflow it runs.'),
    subject: text('What it works on, as kind/id.'),
    input: value('What it was asked for.', z.record(z.string(), z.unknown())),
    requestedBy: text('api, or alert/<id>.'),
    state: choice('stuck: a step must succeed and does not yet; it is tried again.', states),
    step: optional(text('The step under way, or the last one.')),
    progress: optional(value('How far the step is.', progress)),
    error: optional(value('Why it failed, is stuck or was cancelled.', error)),
    attempts: count('How often work on it began: 1, and one more for each wait and crash.'),
    startedAt: optional(time('When its first step began.')),
    finishedAt: optional(time('When it ended.')),
    traceId: optional(text('The trace it belongs to.')),
    steps: value('What was done, in order; on one job only, not in lists.', z.array(step)),
  },
  actions: {
    cancel: {
      about: 'Stops a job and undoes what it did; refused once it can only go forward.',
      input: {},
      faults: ['JOB_FINISHED', 'JOB_PAST_RETURN'],
    },
  },
})
