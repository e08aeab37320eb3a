/** One push, from request to acknowledgement: read, parse, render, commit. */
import type { IncomingMessage } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { type Span, type Tracer, traceIdOf } from '#lib/trace'
import { readPush } from './body.ts'
import type { Committer } from './commit.ts'
import { type PushFormats, parsePush } from './formats/parse-push.ts'
import type { ParsedPush } from './formats/parsed-push.ts'
import { parseGroupingKey } from './grouping-key.ts'
import type { NameIndex } from './name-index.ts'
import { renderPush } from './render.ts'
import type { KeyPath } from './routes.ts'
import type { Write } from './store.ts'
import { timeNames } from './times.ts'

export interface PushWorld {
  readonly committer: Committer
  readonly clock: Clock
  readonly tracer: Tracer
  readonly bodySizeMax: number
  readonly formats: Pick<PushFormats, 'openMetrics' | 'utf8Names'>
  /** The head that groups share. */
  readonly headOf: NameIndex['headOf']
}

/** Resolves with the size of the body when the push is durable; throws why it is not. */
export async function push(
  world: PushWorld,
  request: IncomingMessage,
  key: KeyPath,
): Promise<number> {
  const pairs = parseGroupingKey(key, world.formats)
  const header = request.headers.traceparent
  const given = typeof header === 'string' ? header : undefined
  const parent = traceIdOf(given) === undefined ? undefined : given
  const job = pairs.find(([name]) => name === 'job')?.[1] ?? ''
  return world.tracer.span('push', { parent, attributes: { job } }, async (span) => {
    const body = await readPush(request, world.bodySizeMax)
    const contentType = request.headers['content-type'] ?? ''
    const parsed = parsePush(body, { contentType, ...world.formats })
    const write = writeOf(parsed, { pairs, span, parent, world, method: request.method })
    const { refusal } = await world.committer.commit(write)
    if (refusal !== undefined) throw fault('PUSHGATEWAY_INCONSISTENT', { reason: refusal })
    return body.length
  })
}

export async function deleteGroup(world: PushWorld, key: KeyPath): Promise<void> {
  const pairs = parseGroupingKey(key, world.formats)
  const atMs = world.clock.nowMs()
  const write: Write = { kind: 'delete', pairs, families: [], atMs, traceparent: undefined }
  await world.committer.commit(write)
}

interface Given {
  readonly pairs: Write['pairs']
  readonly span: Span
  readonly parent: string | undefined
  readonly world: PushWorld
  readonly method: string | undefined
}

function writeOf(parsed: ParsedPush, { pairs, span, parent, world, method }: Given): Write {
  const { families, timestamped } = parsed
  const atMs = world.clock.nowMs()
  const rendered = renderPush(
    families.filter(({ name }) => !timeNames.has(name)),
    { group: { pairs, addsInstance: true }, pushedAtMs: atMs, headOf: world.headOf },
  )
  span.set(
    'series',
    rendered.reduce((sum, { stored }) => sum + stored.seriesCount, 0),
  )
  const write: Write = {
    kind: method === 'PUT' ? 'replace' : 'merge',
    pairs,
    families: rendered,
    atMs,
    // Who sent no trace gets the one that begins with this push.
    traceparent: parent ?? span.traceparent,
  }
  const refusal = timestamped ? 'pushed metrics must not have timestamps' : parsed.refusal
  return refusal === undefined ? write : { ...write, refusal }
}
