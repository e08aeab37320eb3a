/** The notification as the alertmanager's receiver `master` sends it, checked and bounded. */
import { z } from 'zod'
import { fault } from '#api/errors'
import { complaintsOf } from '#lib/schema'

/** PostgreSQL keeps no U+0000 in JSON. */
const words = z
  .string()
  .max(20_000)
  .regex(/^[^\0]*$/)
const labels = z.record(words, words).refine((map) => Object.keys(map).length <= 200, 'over 200')

const time = z
  .string()
  .refine((text) => Number.isFinite(Date.parse(text)), 'expected a time as of RFC 3339')
  .transform((text) => new Date(Date.parse(text)).toISOString())

const notifiedAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels.default({}),
  startsAt: time,
  endsAt: time.optional(),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
})

export type NotifiedAlert = z.infer<typeof notifiedAlert>

export const notificationSchema = z.object({
  version: z.literal('4'),
  alerts: z.array(notifiedAlert).max(1000),
})

export function parseNotification(body: unknown): readonly NotifiedAlert[] {
  const parsed = notificationSchema.safeParse(body)
  if (parsed.success) return parsed.data.alerts
  throw fault('BODY_INVALID', {
    what: 'take a notification',
    reason: complaintsOf(parsed.error).slice(0, 1000),
  })
}
