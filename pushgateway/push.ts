/** One push, from request to acknowledgement: read, parse, render, commit. */
import type { IncomingMessage } from 'node:http'
import { fault } from '#api/errors'
import { type Span, type Tracer, traceIdOf } from '#lib/trace'
import { readTtl } from './expiry/ttl.ts'
import { type PushFormats, parsePush } from './formats/parse-push.ts'
import { parseGroupingKey } from './grouping-key.ts'
import type { KeyPath } from './http/routes.ts'
import type { Intake } from './limits/intake.ts'
import type { Committer } from './log/commit.ts'
import { type WriteWorld, writeOf } from './push-write.ts'
import { parsePushId } from './store/push-ids.ts'
import type { Admission, Write } from './store/store.ts'

export interface PushWorld extends WriteWorld {
  readonly committer: Committer
  readonly tracer: Tracer
  readonly intake: Intake
  readonly formats: Pick<PushFormats, 'openMetrics' | 'utf8Names'>
}

export interface Pushed {
  readonly sizeBytes: number
  /** Whether the group had taken the push of this name already, and left it at that. */
  readonly isRepeated: boolean
}

/** Resolves when the push is durable; throws why it is not. */
export async function push(
  world: PushWorld,
  request: IncomingMessage,
  key: KeyPath,
): Promise<Pushed> {
  const pairs = parseGroupingKey(key, world.formats)
  const ttlMs = readTtl(request.headers)
  const pushId = parsePushId(headerOf(request, 'x-push-id'))
  const parent = parentOf(request)
  const job = pairs.find(([name]) => name === 'job')?.[1] ?? ''
  const taken = async (body: Buffer, span: Span): Promise<Pushed> => {
    const contentType = request.headers['content-type'] ?? ''
    const parsed = parsePush(body, { contentType, ...world.formats })
    // Who sent no trace gets the one that begins with this push.
    const traceparent = parent ?? span.traceparent
    const { method } = request
    const write = writeOf(parsed, { pairs, method, traceparent, ttlMs, pushId }, world)
    const admission = await world.committer.commit(write)
    const { refusal, excess, after } = admission
    span.set('series', after?.seriesCount ?? 0)
    if (excess !== undefined) throw excess
    if (refusal !== undefined) throw fault('PUSHGATEWAY_INCONSISTENT', { reason: refusal })
    return { sizeBytes: body.length, isRepeated: isRepeated(admission) }
  }
  return world.tracer.span('push', { parent, attributes: { job } }, (span) =>
    world.intake.take(request, (body) => taken(body, span)),
  )
}

export async function deleteGroup(world: PushWorld, key: KeyPath): Promise<void> {
  const pairs = parseGroupingKey(key, world.formats)
  const atMs = world.clock.nowMs()
  const write: Write = { kind: 'delete', pairs, families: [], atMs, traceparent: undefined }
  await world.committer.commit(write)
}

/** The trace that the client says it is in. */
export function parentOf(request: IncomingMessage): string | undefined {
  const given = headerOf(request, 'traceparent')
  return traceIdOf(given) === undefined ? undefined : given
}

export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const given = headers[name]
  return typeof given === 'string' ? given : undefined
}

/** Whether the group had taken the push of this name before, so that nothing changed. */
export const isRepeated = ({ before, after, write }: Admission) =>
  write.pushId !== undefined && before !== undefined && before === after
