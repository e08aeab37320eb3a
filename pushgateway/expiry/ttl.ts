/**
 * How long a group counts as alive without a push: as its last push says, or the first rule that
 * matches its labels, or the server.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { fault } from '#api/errors'
import { parseDurationMs, parseGoDurationMs } from '#lib/duration'
import { matchesAll } from '#lib/matcher'
import type { LabelPair } from '../text/family.ts'
import type { TtlRule } from './ttl-rule.ts'

export interface TtlPolicy {
  /** `ofPushMs` is what the group's pushes said, if they did. Undefined: it lives for ever. */
  ttlMs(group: TtlGroup, ofPushMs: number | undefined): number | undefined
}

export interface TtlGroup {
  readonly pairs: readonly LabelPair[]
}

export interface TtlSettings {
  readonly ttlMs: number
  readonly ttlFor: readonly TtlRule[]
}

export const immortal: TtlPolicy = { ttlMs: (_, ofPushMs) => ofPushMs || undefined }

export function createTtlPolicy({ ttlMs, ttlFor }: TtlSettings): TtlPolicy {
  const known = new WeakMap<TtlGroup, number>() // Matching costs more than the rest of a push.
  const ofServer = (group: TtlGroup): number => {
    if (ttlFor.length === 0) return ttlMs
    const found = known.get(group) ?? firstOf(ttlFor, group) ?? ttlMs
    known.set(group, found)
    return found
  }
  return { ttlMs: (group, ofPushMs) => (ofPushMs ?? ofServer(group)) || undefined }
}

function firstOf(rules: readonly TtlRule[], { pairs }: TtlGroup): number | undefined {
  const labels = Object.fromEntries(pairs)
  return rules.find(({ matchers }) => matchesAll(matchers, labels))?.ttlMs
}

/** Of the header `X-Pushgateway-TTL`, such as `90s`; `0` is for ever, undefined is not said. */
export function readTtl(headers: IncomingHttpHeaders): number | undefined {
  const given = headers['x-pushgateway-ttl']
  if (given === undefined) return undefined
  const text = String(given).trim()
  const ttlMs = parseDurationMs(text) ?? parseGoDurationMs(text)
  if (ttlMs === undefined) throw fault('PUSHGATEWAY_TTL_MALFORMED', { text })
  return ttlMs
}
