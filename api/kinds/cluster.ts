import { z } from 'zod'
import { choice, defineKind, value } from '#lib/schema'

export const cluster = defineKind({
  name: 'cluster',
  plural: 'clusters',
  about: 'Everything that one control plane looks after.',
  fields: {
    health: choice('What it comes to.', ['ok', 'warning', 'critical', 'unknown']),
    reasons: value('Why the health is not ok, one sentence each.', z.array(z.string())),
  },
})
