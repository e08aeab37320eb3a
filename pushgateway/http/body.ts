/** Reads the body of a push: bounded, unpacked, and always so that an answer can still be sent. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { fault } from '#api/errors'
import { codeOf, messageOf } from '#lib/errors'
import { readBody } from '#lib/http/message'
import { decodeSnappyFrames } from '#lib/snappy-frame'

const unzip = promisify(gunzip)

/** Codings that are not known are taken for none, as the original does. */
export function unpackPush(body: Buffer, coding: string, limitBytes: number): Promise<Buffer> {
  if (coding === 'gzip')
    return unpack(() => unzip(body, { maxOutputLength: limitBytes }), limitBytes)
  return unpack(
    () => (coding === 'snappy' ? decodeSnappyFrames(body, limitBytes) : body),
    limitBytes,
  )
}

/** The body as it was sent; when `signal` aborts, it throws the reason of that. */
export async function readPacked(
  request: IncomingMessage,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    return await readBody(request, limitBytes, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw codeOf(error) === 'BODY_TOO_LARGE'
      ? fault('PUSHGATEWAY_BODY_TOO_LARGE', { limitBytes })
      : unreadable(error)
  }
}

async function unpack(decode: () => Buffer | Promise<Buffer>, limitBytes: number): Promise<Buffer> {
  try {
    return await decode()
  } catch (error) {
    throw tooLarge.has(codeOf(error))
      ? fault('PUSHGATEWAY_BODY_TOO_LARGE', { limitBytes })
      : unreadable(error)
  }
}

const tooLarge: ReadonlySet<unknown> = new Set(['ERR_BUFFER_TOO_LARGE', 'SNAPPY_TOO_LARGE'])

function unreadable(error: unknown) {
  return fault('PUSHGATEWAY_BODY_UNREADABLE', { reason: `its body: ${messageOf(error)}` }, error)
}
