import { z } from 'zod'
import { choice, defineKind, optional, text, time, value } from '#lib/schema'

const labels = z.record(z.string(), z.string())

export const alert = defineKind({
  name: 'alert',
  plural: 'alerts',
  about: 'A firing of an alert that the alertmanager told this control plane of.',
  fields: {
    state: choice('firing or resolved.', ['firing', 'resolved']),
    fingerprint: text('Names its label set.'),
    labels: value('Its labels.', labels),
    annotations: value('Its annotations.', labels),
    startsAt: time('Since when it fires.'),
    endsAt: optional(time('When it was resolved.')),
    job: optional(text('The id of the job that it started.')),
    held: optional(text('Why it started no job, where a reaction exists.', { longest: 2000 })),
    traceId: optional(text('The trace that led to it.')),
  },
})
