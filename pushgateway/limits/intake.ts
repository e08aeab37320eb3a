/**
 * Where bodies come in: so many at once, so many bytes together, each in a time, so that no crowd
 * and no slow client can use up the process.
 */
import type { IncomingMessage } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { readPacked, unpackPush } from '../http/body.ts'
import type { PushgatewaySettings } from '../settings.ts'
import { createTurns } from './turns.ts'

export interface Intake {
  /** Reads the body, and counts its bytes until `run` is done with it. */
  take<T>(request: IncomingMessage, run: (body: Buffer) => Promise<T>): Promise<T>
}

export type IntakeLimits = Pick<
  PushgatewaySettings['push'],
  'bodySizeMax' | 'queueBytesMax' | 'readersMax' | 'readTimeout'
>

/** As many as libuv works on at once: more would only hold more memory. */
const unpackingMax = 4

export function createIntake(limits: IntakeLimits, clock: Clock): Intake {
  const { bodySizeMax, readersMax } = limits
  const turns = createTurns(unpackingMax)
  const openShare = createShares(limits.queueBytesMax)
  let readers = 0

  /** Its bytes are counted as they are promised, and where nothing is promised, as they come. */
  const readAll = async (request: IncomingMessage, share: Share): Promise<Buffer> => {
    if (readers >= readersMax)
      throw fault('PUSHGATEWAY_READERS_BUSY', { found: readers, most: readersMax })
    const promisedBytes = Number(request.headers['content-length'] ?? 0)
    share.grow(Math.min(promisedBytes, bodySizeMax))
    const stop = new AbortController()
    let readBytes = 0
    const count = (chunk: Buffer) => {
      readBytes += chunk.length
      try {
        share.grow(Math.min(readBytes, bodySizeMax))
      } catch (error) {
        stop.abort(error)
      }
    }
    const { readTimeout } = limits
    const tooSlow = () =>
      stop.abort(fault('PUSHGATEWAY_BODY_SLOW', { readBytes, limitMs: readTimeout }))
    const timer = readTimeout === 0 ? undefined : clock.after(readTimeout, tooSlow)
    readers++
    request.on('data', count)
    try {
      return await readPacked(request, bodySizeMax, stop.signal)
    } finally {
      request.off('data', count)
      timer?.cancel()
      readers--
    }
  }
  return {
    async take(request, run) {
      const share = openShare()
      try {
        const packed = await readAll(request, share)
        const coding = String(request.headers['content-encoding'] ?? '').toLowerCase()
        const unpack = () => unpackPush(packed, coding, bodySizeMax)
        const body = coding === '' ? packed : await turns.take(unpack)
        share.grow(body.length)
        return await run(body)
      } finally {
        share.close()
      }
    },
  }
}

/** The bytes of one body among all that are under way. */
interface Share {
  /** Throws where there are too many; a body that is alone is never too much. */
  grow(toBytes: number): void
  close(): void
}

function createShares(bytesMax: number): () => Share {
  let allBytes = 0
  return () => {
    let ownBytes = 0
    return {
      grow(toBytes) {
        const moreBytes = Math.max(0, toBytes - ownBytes)
        const found = allBytes + moreBytes
        const isAlone = allBytes === ownBytes
        if (found > bytesMax && !isAlone)
          throw fault('PUSHGATEWAY_QUEUE_FULL', { found, most: bytesMax })
        allBytes += moreBytes
        ownBytes += moreBytes
      },
      close() {
        allBytes -= ownBytes
        ownBytes = 0
      },
    }
  }
}
