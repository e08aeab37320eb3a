/** Reads the body of a push: bounded, unpacked, and always so that an answer can still be sent. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { errorCode } from './error-code.ts'

const unzip = promisify(gunzip)

export async function readPush(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const coding = String(request.headers['content-encoding'] ?? '').toLowerCase()
  refuseAbsent(coding, String(request.headers['content-type'] ?? ''))
  const body = await readAll(request, limitBytes)
  return coding === 'gzip' ? unpack(body, limitBytes) : body
}

function refuseAbsent(coding: string, contentType: string): void {
  if (coding === 'snappy') {
    const given = 'Content-Encoding: snappy'
    throw fault('PUSHGATEWAY_FORMAT_ABSENT', { given, instead: 'gzip or no coding' })
  }
  if (/^\s*application\/vnd\.google\.protobuf\b/i.test(contentType)) {
    const given = 'Content-Type: application/vnd.google.protobuf'
    throw fault('PUSHGATEWAY_FORMAT_ABSENT', { given, instead: 'text format 0.0.4' })
  }
}

/** Not an async iteration: leaving one early would cut the connection before the answer. */
function readAll(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes <= limitBytes) chunks.push(chunk)
      else {
        // The rest is read and dropped for a while, so that the client gets to see the answer.
        chunks.length = 0
        if (sizeBytes > 4 * limitBytes) request.destroy()
        reject(fault('PUSHGATEWAY_BODY_TOO_LARGE', { limitBytes }))
      }
    })
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] ?? empty) : concat(chunks)))
    request.on('error', (error) => reject(unreadable(error)))
    request.on('close', () => reject(unreadable(new Error('the client hung up'))))
  })
}

const empty = Buffer.alloc(0)
const concat = (chunks: readonly Buffer[]) => Buffer.concat(chunks)

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
