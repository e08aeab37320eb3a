/**
 * A map whose keys are bytes: what a sender wrote of a series the last time finds it again without
 * a text being made. Keys are kept in large blocks, and forgotten all at once.
 */

/** Of the first block; each later one is twice as large, up to a limit. */
const firstBytes = 1024
const blockBytesMax = 1024 * 1024

export interface ByteKeys<V> {
  get(bytes: Buffer, from: number, to: number): V | undefined
  /** The same with what is kept of the key, which is found again faster by `standsAt`. */
  find(bytes: Buffer, from: number, to: number): Entry<V> | undefined
  set(key: Uint8Array, value: V): Entry<V>
  clear(): void
  readonly size: number
}

export interface Entry<V> {
  readonly block: DataView
  readonly at: number
  readonly length: number
  value: V
  /** Of those that have the same hash. */
  readonly next: Entry<V> | undefined
}

export function createByteKeys<V>(): ByteKeys<V> {
  const byHash = new Map<number, Entry<V>>()
  let block = newBlock()
  let used = 0
  let size = 0

  const find = (view: DataView, from: number, length: number): Entry<V> | undefined => {
    let entry = byHash.get(hashOf(view, from, length))
    while (entry !== undefined && !(entry.length === length && isSame(entry, view, from)))
      entry = entry.next
    return entry
  }
  const keep = (key: Uint8Array): { block: DataView; at: number } => {
    if (used + key.length > block.byteLength) {
      block = newBlock(Math.max(Math.min(2 * block.byteLength, blockBytesMax), key.length))
      used = 0
    }
    const at = used
    new Uint8Array(block.buffer).set(key, at)
    used += key.length
    return { block, at }
  }
  return {
    get: (bytes, from, to) => find(viewOf(bytes), from, to - from)?.value,
    find: (bytes, from, to) => find(viewOf(bytes), from, to - from),
    set(key, value) {
      const view = viewOf(key)
      const known = find(view, 0, key.length)
      if (known !== undefined) {
        known.value = value
        return known
      }
      const hash = hashOf(view, 0, key.length)
      const entry = { ...keep(key), length: key.length, value, next: byHash.get(hash) }
      byHash.set(hash, entry)
      size++
      return entry
    },
    clear() {
      byHash.clear()
      block = newBlock()
      used = 0
      size = 0
    },
    get size() {
      return size
    },
  }
}

const newBlock = (length = firstBytes): DataView => new DataView(new ArrayBuffer(length))

let lastBytes: Uint8Array | undefined
let lastView = newBlock(0)

/** The same bytes are asked for again and again, at other places. */
function viewOf(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastView
  lastBytes = bytes
  lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return lastView
}

function hashOf(view: DataView, from: number, length: number): number {
  let hash = length
  let at = from
  const end = from + length
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e37_79b1)
    hash ^= hash >>> 15
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x85eb_ca6b)
  return hash ^ (hash >>> 13)
}

/** Whether the bytes from `from` on are those of the key. */
export function standsAt(entry: Entry<unknown>, bytes: Buffer, from: number): boolean {
  return from + entry.length <= bytes.length && isSame(entry, viewOf(bytes), from)
}

function isSame({ block, at, length }: Entry<unknown>, view: DataView, from: number): boolean {
  let i = 0
  for (; i + 4 <= length; i += 4)
    if (block.getInt32(at + i, true) !== view.getInt32(from + i, true)) return false
  for (; i < length; i++) if (block.getUint8(at + i) !== view.getUint8(from + i)) return false
  return true
}
