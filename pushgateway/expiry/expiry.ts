/** All that lets groups age and end, put together. */
import { type Books, createBooks } from '../books/books.ts'
import type { PushgatewaySettings } from '../settings.ts'
import { type Ageing, createAgeing } from './ageing.ts'
import { createExpirer, type Expirer, type ExpirerOptions } from './expirer.ts'
import { createTombstones, type Tombstones } from './tombstones.ts'
import { createTtlPolicy } from './ttl.ts'

export interface Expiry {
  readonly tombstones: Tombstones
  /** What a scrape shows of it. */
  readonly marks: Books
  readonly ageing: Ageing
  readonly expirer: Expirer
}

type ExpiryWorld = Pick<ExpirerOptions, 'clock' | 'log' | 'metrics'>

export function createExpiry(push: PushgatewaySettings['push'], world: ExpiryWorld): Expiry {
  const { clock, log, metrics } = world
  const marks = createBooks()
  const policy = createTtlPolicy({ ttlMs: push.ttl, ttlFor: push.ttlFor })
  const tombstones = createTombstones(marks, policy)
  const ageing = createAgeing({ policy, books: marks, clock })
  const times = { graceMs: push.ttlGrace, retentionMs: push.tombstoneRetention }
  const expirer = createExpirer({ ageing, tombstones, ...times, clock, log, metrics })
  return { tombstones, marks, ageing, expirer }
}
