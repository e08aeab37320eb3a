/**
 * A map whose keys are bytes: what a sender wrote of a series the last time finds it again without
 * a text being made. Keys are kept in large blocks, and forgotten all at once.
 */

const blockBytes = 1024 * 1024

export interface ByteKeys<V> {
  get(bytes: Buffer, from: number, to: number): V | undefined
  set(key: Uint8Array, value: V): void
  clear(): void
  readonly size: number
}

interface Entry<V> {
  readonly hash: number
  readonly block: DataView
  readonly at: number
  readonly length: number
  value: V
  readonly next: Entry<V> | undefined
}

export function createByteKeys<V>(): ByteKeys<V> {
  const byHash = new Map<number, Entry<V>>()
  let block = newBlock()
  let used = 0
  let size = 0

  const find = (view: DataView, from: number, length: number): Entry<V> | undefined => {
    let entry = byHash.get(hashOf(view, from, length))
    while (entry !== undefined && !isSame(entry, view, from, length)) entry = entry.next
    return entry
  }
  const keep = (key: Uint8Array): { block: DataView; at: number } => {
    if (used + key.length > block.byteLength) {
      block = newBlock(Math.max(blockBytes, key.length))
      used = 0
    }
    const at = used
    new Uint8Array(block.buffer).set(key, at)
    used += key.length
    return { block, at }
  }
  return {
    get(bytes, from, to) {
      const view = viewOf(bytes)
      return find(view, from, to - from)?.value
    },
    set(key, value) {
      const view = viewOf(key)
      const known = find(view, 0, key.length)
      if (known !== undefined) {
        known.value = value
        return
      }
      const hash = hashOf(view, 0, key.length)
      byHash.set(hash, { hash, ...keep(key), length: key.length, value, next: byHash.get(hash) })
      size++
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

const newBlock = (length = blockBytes): DataView => new DataView(new ArrayBuffer(length))

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

function isSame(
  { block, at, length: keyLength }: { block: DataView; at: number; length: number },
  view: DataView,
  from: number,
  length: number,
): boolean {
  if (keyLength !== length) return false
  let i = 0
  for (; i + 4 <= length; i += 4)
    if (block.getInt32(at + i, true) !== view.getInt32(from + i, true)) return false
  for (; i < length; i++) if (block.getUint8(at + i) !== view.getUint8(from + i)) return false
  return true
}
