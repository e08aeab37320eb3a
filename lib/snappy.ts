/**
 * Snappy's block format, both ways. A block is the length of what it holds, then literals (bytes as
 * they are) and copies (so many bytes from so far back). What is malformed or too large is refused.
 */
import { faultsOf } from './errors.ts'

export const snappyFault = faultsOf({
  SNAPPY_MALFORMED: {
    status: 400,
    retry: false,
    message: 'Cannot unpack snappy: {reason}',
  },
  SNAPPY_TOO_LARGE: {
    status: 413,
    retry: false,
    message: 'Cannot unpack snappy: it holds more than {sizeMax} bytes',
  },
})

/** A copy of 64 bytes takes three: no block holds more for its size, whatever it claims. */
const expansionMax = 22

/** What a block says of its size; only unpacking shows whether it is true. */
export const sizeOfSnappy = (block: Uint8Array): number => readLength(block)[0]

export function uncompressSnappy(block: Uint8Array, sizeMax: number): Buffer {
  const [size, start] = readLength(block)
  if (size > sizeMax) throw snappyFault('SNAPPY_TOO_LARGE', { sizeMax })
  if (size > block.length * expansionMax) throw malformed(`it cannot hold ${size} bytes`)
  const state = { block, from: start, out: Buffer.allocUnsafe(size), to: 0 }
  while (state.from < block.length) {
    const tag = block[state.from++] as number // Within the block by the loop's condition.
    if ((tag & 3) === 0) takeLiteral(state, tag)
    else takeCopy(state, tag)
  }
  if (state.to !== size) throw malformed('it holds less than it says')
  return state.out
}

interface Unpacking {
  readonly block: Uint8Array
  /** How far the block was read. */
  from: number
  readonly out: Buffer
  /** How far the output was written. */
  to: number
}

const malformed = (reason: string) => snappyFault('SNAPPY_MALFORMED', { reason })

function readLength(block: Uint8Array): [size: number, end: number] {
  let size = 0
  for (let at = 0; at < 5; at++) {
    const byte = block[at]
    if (byte === undefined) throw malformed('it ends inside its length')
    size += (byte & 127) * 2 ** (7 * at)
    if (byte > 127) continue
    if (size > 0xffffffff) break
    return [size, at + 1]
  }
  throw malformed('its length has more than 32 bits')
}

function takeLiteral(state: Unpacking, tag: number): void {
  const { block, out, to } = state
  const short = tag >>> 2
  const length = (short < 60 ? short : takeNumber(state, short - 59)) + 1
  if (length > block.length - state.from) throw malformed('it ends inside a literal')
  if (length > out.length - to) throw malformed('it holds more than it says')
  const from = state.from
  if (length > 64) out.set(block.subarray(from, from + length), to)
  else for (let i = 0; i < length; i++) out[to + i] = block[from + i] as number
  state.from += length
  state.to += length
}

function takeCopy(state: Unpacking, tag: number): void {
  const { out, to } = state
  const isShort = (tag & 3) === 1
  const length = isShort ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
  const offset = isShort
    ? ((tag >>> 5) << 8) | takeNumber(state, 1)
    : takeNumber(state, (tag & 3) === 2 ? 2 : 4)
  if (offset === 0 || offset > to) throw malformed('a copy begins outside of it')
  if (length > out.length - to) throw malformed('it holds more than it says')
  // One by one: a copy may overlap what it makes, which then repeats itself.
  for (let i = 0; i < length; i++) out[to + i] = out[to - offset + i] as number
  state.to += length
}

function takeNumber(state: Unpacking, byteCount: number): number {
  if (byteCount > state.block.length - state.from) throw malformed('it ends inside a tag')
  let number = 0
  for (let i = 0; i < byteCount; i++) number |= (state.block[state.from++] as number) << (8 * i)
  return number >>> 0
}

/** Copies reach back within one fragment only, so that an offset has two bytes. */
const fragmentSize = 65_536
const hashBits = 14

export function compressSnappy(data: Uint8Array): Buffer {
  if (data.length > 0xffffffff) throw new RangeError('A block of snappy holds at most 4 GiB')
  const out = Buffer.allocUnsafe(32 + data.length + Math.ceil(data.length / 6))
  let to = 0
  let rest = data.length
  for (; rest > 127; rest = Math.floor(rest / 128)) out[to++] = (rest & 127) | 128
  out[to++] = rest
  const seen = new Uint16Array(1 << hashBits)
  for (let start = 0; start < data.length; start += fragmentSize) {
    seen.fill(0)
    to = packFragment(data.subarray(start, start + fragmentSize), { out, to, seen })
  }
  return out.subarray(0, to)
}

interface Packing {
  readonly out: Buffer
  readonly to: number
  /** Where in the fragment four bytes of this hash were last; 0 where they never were. */
  readonly seen: Uint16Array
}

/** Greedy: the first match that the table knows is taken; the more misses, the longer the steps. */
function packFragment(data: Uint8Array, { out, to: begin, seen }: Packing): number {
  let to = begin
  let literalStart = 0
  let at = 0
  let misses = 32
  while (at + 4 <= data.length) {
    const word = wordAt(data, at)
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - hashBits)
    const earlier = seen[slot] as number
    seen[slot] = at
    if (earlier >= at || wordAt(data, earlier) !== word) {
      at += misses++ >>> 5
      continue
    }
    let length = 4
    while (at + length < data.length && data[earlier + length] === data[at + length]) length++
    to = writeLiteral(data.subarray(literalStart, at), out, to)
    to = writeCopy({ offset: at - earlier, length }, out, to)
    at += length
    literalStart = at
    misses = 32
  }
  return writeLiteral(data.subarray(literalStart), out, to)
}

/** The caller has made sure that four bytes are there. */
function wordAt(data: Uint8Array, at: number): number {
  const low = (data[at] as number) | ((data[at + 1] as number) << 8)
  return low | ((data[at + 2] as number) << 16) | ((data[at + 3] as number) << 24)
}

function writeLiteral(bytes: Uint8Array, out: Buffer, begin: number): number {
  if (bytes.length === 0) return begin
  let to = begin
  const rest = bytes.length - 1
  if (rest < 60) out[to++] = rest << 2
  else {
    out[to++] = (rest < 256 ? 60 : 61) << 2
    out[to++] = rest & 255
    if (rest > 255) out[to++] = rest >>> 8
  }
  out.set(bytes, to)
  return to + bytes.length
}

function writeCopy(
  { offset, length }: { offset: number; length: number },
  out: Buffer,
  begin: number,
): number {
  let to = begin
  let rest = length
  while (rest > 0) {
    // At most 64 at once, and never fewer than four left over.
    const part = rest >= 68 ? 64 : rest > 64 ? 60 : rest
    if (part < 12 && offset < 2048) {
      out[to++] = 1 | ((part - 4) << 2) | ((offset >>> 8) << 5)
      out[to++] = offset & 255
    } else {
      out[to++] = 2 | ((part - 1) << 2)
      out[to++] = offset & 255
      out[to++] = offset >>> 8
    }
    rest -= part
  }
  return to
}
