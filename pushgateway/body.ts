/** Reads the body of a push: bounded, unpacked, and always so that an answer can still be sent. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { readBody } from '#lib/http/message'
import { errorCode } from './error-code.ts'

const unzip = promisify(gunzip)

export async function readPush(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const coding = String(request.headers['content-encoding'] ?? '').toLowerCase()
  if (coding === 'snappy') throw absent()
  const body = await readAll(request, limitBytes)
  return coding === 'gzip' ? unpack(body, limitBytes) : body
}

function absent() {
  const given = 'Content-Encoding: snappy'
  return fault('PUSHGATEWAY_FORMAT_ABSENT', { given, instead: 'gzip or no coding' })
}

async function readAll(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  try {
    return await readBody(request, limitBytes)
  } catch (error) {
    throw errorCode(error) === 'BODY_TOO_LARGE'
      ? fault('PUSHGATEWAY_BODY_TOO_LARGE', { limitBytes })
      : unreadable(error)
  }
}

async function unpack(body: Buffer, limitBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: limitBytes })
  } catch (error) {
    throw errorCode(error) === 'ERR_BUFFER_TOO_LARGE'
      ? fault('PUSHGATEWAY_BODY_TOO_LARGE', { limitBytes })
      : unreadable(error)
  }
}

function unreadable(error: unknown) {
  return fault('PUSHGATEWAY_BODY_UNREADABLE', { reason: `its body: ${messageOf(error)}` }, error)
}
