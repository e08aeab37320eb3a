/**
 * Files that are a header and frames. A frame is the length of its payload, the CRC-32 of it, both
 * little-endian, and the payload. What does not add up is the torn tail of a crash, or damage.
 */
import { crc32 } from 'node:zlib'
import type { Disk } from './disk.ts'

/** What gathers bytes that are to be frames. */
export interface FrameWriter {
  readonly sizeBytes: number
  whole32(value: number): void
  patch32(at: number, value: number): void
  /** A view of what was written from `start` on. */
  since(start: number): Buffer
}

const frameHeadBytes = 8

/** Says where the frame begins. */
export function beginFrame(to: FrameWriter): number {
  const start = to.sizeBytes
  to.whole32(0)
  to.whole32(0)
  return start
}

export function endFrame(to: FrameWriter, start: number): void {
  const payload = to.since(start + frameHeadBytes)
  to.patch32(start, payload.length)
  to.patch32(start + 4, crc32(payload))
}

/** What frames look like that somebody wrote. */
export interface FrameForm {
  readonly headerBytes: number
  /** Throws where the header is not one of ours. */
  check(header: Buffer, path: string): void
  /** No payload is longer: a length beyond it is damage, not data. */
  readonly payloadBytesMax: number
}

export interface ReadFile {
  /** Up to here every frame was whole. */
  readonly soundBytes: number
  readonly sizeBytes: number
}

/** Gives each payload to `take`, up to the first frame that is not whole. */
export async function readFrames(
  { disk, path, form }: { readonly disk: Disk; readonly path: string; readonly form: FrameForm },
  take: (payload: Buffer) => void,
): Promise<ReadFile> {
  // A header alone says nothing, and a crash may garble it.
  let [sizeBytes, soundBytes, needBytes] = [0, 0, form.headerBytes + 1]
  let isDamaged = false
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const chunk of disk.read(path)) {
    sizeBytes += chunk.length
    if (isDamaged) continue
    waiting.push(chunk)
    waitingBytes += chunk.length
    if (waitingBytes < needBytes) continue
    const bytes = Buffer.concat(waiting)
    const start = soundBytes === 0 ? readHeader(bytes, path, form) : 0
    const read = start === undefined ? nothingSound : readSome(bytes, start, { form, take })
    soundBytes += read.readBytes
    ;({ isDamaged, needBytes } = read)
    waiting = [bytes.subarray(read.readBytes)]
    waitingBytes = bytes.length - read.readBytes
  }
  return { soundBytes, sizeBytes }
}

const nothingSound = { readBytes: 0, needBytes: 0, isDamaged: true }

/** Undefined: there is none, as after a crash that left the file long and empty. */
function readHeader(bytes: Buffer, path: string, form: FrameForm): number | undefined {
  const header = bytes.subarray(0, form.headerBytes)
  if (header.every((byte) => byte === 0)) return undefined
  form.check(header, path)
  return form.headerBytes
}

function readSome(
  bytes: Buffer,
  start: number,
  { form, take }: { form: FrameForm; take: (payload: Buffer) => void },
) {
  let at = start
  for (;;) {
    const frame = readFrame(bytes.subarray(at), form)
    if (frame.found !== 'payload') {
      const needBytes = frame.found === 'part' ? frame.needBytes : 0
      return { readBytes: at, needBytes, isDamaged: frame.found === 'damage' }
    }
    take(frame.payload)
    at += frame.sizeBytes
  }
}

type Frame =
  | { readonly found: 'payload'; readonly payload: Buffer; readonly sizeBytes: number }
  /** There are not enough bytes yet; `needBytes` is how many there must be. */
  | { readonly found: 'part'; readonly needBytes: number }
  | { readonly found: 'damage' }

/** Reads the frame at the beginning of `bytes`. */
function readFrame(bytes: Buffer, { payloadBytesMax }: FrameForm): Frame {
  if (bytes.length < frameHeadBytes) return { found: 'part', needBytes: frameHeadBytes }
  const length = bytes.readUInt32LE(0)
  if (length === 0 || length > payloadBytesMax) return { found: 'damage' }
  const sizeBytes = frameHeadBytes + length
  if (bytes.length < sizeBytes) return { found: 'part', needBytes: sizeBytes }
  const payload = bytes.subarray(frameHeadBytes, sizeBytes)
  if (crc32(payload) !== bytes.readUInt32LE(4)) return { found: 'damage' }
  return { found: 'payload', payload, sizeBytes }
}
