/** `POST /api/v1/push` takes many groups in one body, and says of each how it fared. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { fault } from '#api/errors'
import { ZstoneError } from '#lib/errors'
import { readTtl } from '../expiry/ttl.ts'
import { parseMediaType } from '../formats/media-type.ts'
import type { Exchange } from '../http/exchange.ts'
import { type PlainRoute, prefixOf } from '../http/routes.ts'
import { inQueue } from '../http/serve-push.ts'
import { exceeded } from '../limits/push-limits.ts'
import { headerOf, type PushWorld, parentOf } from '../push.ts'
import { refused } from '../query-fault.ts'
import { parsePushId } from '../store/push-ids.ts'
import type { Write } from '../store/store.ts'
import { answerApi, countRejection } from './api-answer.ts'
import { answerOf, errorOf, type Fate } from './outcome.ts'
import { type Envelope, partWrite } from './part-write.ts'
import { type Part, partsOf } from './parts.ts'

export function serveParts(
  exchange: Exchange,
  { query }: Pick<PlainRoute, 'query'>,
): Promise<void> {
  const { world, request } = exchange
  const startedMs = world.clock.monotonicMs()
  let sizeBytes = Number(request.headers['content-length'] ?? 0)
  return answerApi(exchange, async () => {
    const isWhole = readIsWhole(query)
    let answer = answerOf({ parts: [], fates: [], isWhole, successStatus: 200 })
    await inQueue(exchange, (pushes) =>
      pushes.tracer.span('push of groups', { parent: parentOf(request) }, (span) => {
        const envelope = envelopeOf(exchange, parentOf(request) ?? span.traceparent)
        return pushes.intake.take(request, async (body) => {
          sizeBytes ||= body.length
          const parts = partsOf(body)
          span.set('groups', parts.length)
          const fates = await store(parts, { world: pushes, envelope, isWhole })
          for (const fate of fates) countRejection(world, errorOf(fate))
          const successStatus = world.settings.push.disableConsistencyCheck ? 202 : 200
          answer = answerOf({ parts, fates, isWhole, successStatus })
        })
      }),
    )
    return answer
  }).finally(() => {
    const tookMs = world.clock.monotonicMs() - startedMs
    world.metrics.pushed({ method: 'POST', tookMs, sizeBytes })
  })
}

function envelopeOf({ world, request }: Exchange, traceparent: string): Envelope {
  const contentType = headerOf(request, 'content-type') ?? ''
  if (parseMediaType(contentType).type === 'application/vnd.google.protobuf')
    throw fault('PUSHGATEWAY_BODY_UNREADABLE', { reason: 'many groups are pushed as text' })
  const prefix = prefixOf(world.settings.web)
  return {
    contentType,
    traceparent,
    ttlMs: readTtl(request.headers),
    pushId: parsePushId(headerOf(request, 'x-push-id')),
    keyOf({ method, path }) {
      const route = world.routeOf(method, prefix + path)
      return route.to === 'push' || route.to === 'delete' ? route.key : undefined
    },
  }
}

interface Storing {
  readonly world: PushWorld
  readonly envelope: Envelope
  readonly isWhole: boolean
}

/** What can be read is stored together; what cannot has an error in its place. */
async function store(parts: readonly Part[], storing: Storing): Promise<readonly Fate[]> {
  const read = await readAll(parts, storing)
  const writes = read.filter(isWrite)
  const { isWhole, world } = storing
  if (isWhole && writes.length < read.length) return read.map(unstored)
  const admissions = await world.committer.commitTogether(() => writes, { isWhole })
  let next = 0
  return read.map((one) => (one instanceof ZstoneError ? one : admissions[next++]))
}

const isWrite = (read: Write | ZstoneError): read is Write => !(read instanceof ZstoneError)

const unstored = (read: Write | ZstoneError) => (read instanceof ZstoneError ? read : undefined)

/** So many bytes are read before others get a turn. */
const turnBytes = 256 * 1024

async function readAll(
  parts: readonly Part[],
  { world, envelope }: Storing,
): Promise<readonly (Write | ZstoneError)[]> {
  const read: (Write | ZstoneError)[] = []
  let readBytes = 0
  let storedBytes = 0
  for (const [index, part] of parts.entries()) {
    const one = readPart(() => partWrite(part, index, { world, envelope }))
    read.push(one)
    if (isWrite(one)) storedBytes += storedBytesOf(part, one)
    const { storedSizeMax: most } = world.limits
    const found = `its groups come to over ${storedBytes} bytes`
    if (storedBytes > most) throw exceeded('stored_size', found, { most, flag: 'stored-size-max' })
    readBytes += part.body.length
    if (readBytes < turnBytes) continue
    readBytes = 0
    await nextTurn()
  }
  return read
}

/** What adds up is rendered at its turn, to about so much: its labels stand in each line. */
function storedBytesOf({ body, path }: Part, { families, onTopOf }: Write): number {
  if (onTopOf === undefined) return families.reduce((sum, { stored }) => sum + stored.sizeBytes, 0)
  let lines = 0
  for (let at = body.indexOf('\n'); at >= 0; at = body.indexOf('\n', at + 1)) lines++
  return body.length + lines * path.length
}

function readPart(read: () => Write): Write | ZstoneError {
  try {
    return read()
  } catch (error) {
    if (error instanceof ZstoneError) return error
    throw error
  }
}

function readIsWhole(query: string | undefined): boolean {
  const given = new URLSearchParams(query ?? '')
  const atomic = given.get('atomic') ?? 'false'
  const isRead = [...given.keys()].every((name) => name === 'atomic')
  if (isRead && (atomic === 'true' || atomic === 'false')) return atomic === 'true'
  throw refused('this takes atomic=true or atomic=false only')
}
