/** Which limit turned a request away, as `zstone_pushgateway_rejected_total` counts it. */
import { ZstoneError } from '#lib/errors'

const byCode = {
  PUSHGATEWAY_BODY_TOO_LARGE: 'body_size',
  PUSHGATEWAY_BODY_SLOW: 'read_timeout',
  PUSHGATEWAY_BUSY: 'queue_length',
  PUSHGATEWAY_DISK_FULL: 'disk_full',
  PUSHGATEWAY_LOG_BROKEN: 'log_broken',
  PUSHGATEWAY_QUEUE_FULL: 'queue_bytes',
  PUSHGATEWAY_READERS_BUSY: 'readers',
  PUSHGATEWAY_STORE_FULL: 'series',
} as const

const byLimit = [
  'families',
  'label_name_length',
  'label_value_length',
  'labels',
  'series_per_group',
  'stored_size',
] as const

export type Rejection = (typeof byCode)[keyof typeof byCode] | (typeof byLimit)[number]

export const rejections: readonly Rejection[] = [...Object.values(byCode), ...byLimit]

/** Undefined where it was no limit. */
export function rejectionOf(error: unknown): Rejection | undefined {
  if (!(error instanceof ZstoneError)) return undefined
  const { code, details } = error
  if (code === 'PUSHGATEWAY_LIMIT_EXCEEDED')
    return byLimit.find((limit) => limit === details['limit'])
  return Object.entries(byCode).find(([known]) => known === code)?.[1]
}
