/** What one part of a body asks of the store, as the same push would alone. */
import { readTtl } from '../expiry/ttl.ts'
import { parsePush } from '../formats/parse-push.ts'
import { parseGroupingKey } from '../grouping-key.ts'
import type { KeyPath } from '../http/routes.ts'
import type { PushWorld } from '../push.ts'
import { writeOf } from '../push-write.ts'
import { parsePushId } from '../store/push-ids.ts'
import type { Write } from '../store/store.ts'
import { type Part, unreadable } from './parts.ts'

/** What holds for every part of a request. */
export interface Envelope {
  readonly contentType: string
  readonly traceparent: string
  readonly ttlMs: number | undefined
  readonly pushId: string | undefined
  /** Undefined where the path is not one of a group. */
  readonly keyOf: (part: Part) => KeyPath | undefined
}

/** `index` is the place of the part in its body. */
export function partWrite(
  part: Part,
  index: number,
  { world, envelope }: { world: PushWorld; envelope: Envelope },
): Write {
  const key = envelope.keyOf(part)
  if (key === undefined) throw unreadable(`${part.path} is not the path of a group`)
  const pairs = parseGroupingKey(key, world.formats)
  const { method, body } = part
  const { traceparent, contentType } = envelope
  if (method === 'DELETE') {
    if (body.some((byte) => byte > 0x20)) throw unreadable('a group to delete has no metrics')
    return {
      kind: 'delete',
      pairs,
      families: [],
      atMs: world.clock.nowMs(),
      traceparent: undefined,
    }
  }
  const parsed = parsePush(body, { contentType, ...world.formats })
  const ttlMs = part.ttl === undefined ? envelope.ttlMs : readTtl({ 'x-pushgateway-ttl': part.ttl })
  return writeOf(
    parsed,
    { pairs, method, traceparent, ttlMs, pushId: idOf(part, index, envelope) },
    world,
  )
}

/** A request that is sent again has the same parts in the same places. */
function idOf(part: Part, index: number, { pushId }: Envelope): string | undefined {
  if (part.id !== undefined) return parsePushId(part.id)
  return pushId === undefined ? undefined : `${pushId}/${index}`
}
