/** `/metrics`: families by name, in each the series in order, copied into large chunks. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Books, Page } from './books.ts'
import { familyBytes, type StoredFamily } from './family.ts'
import { renderHead } from './render.ts'
import { shownFamilies } from './shown.ts'

const chunkBytes = 256 * 1024

/** `own` are the server's families. */
export async function* exposition(
  books: Books,
  own: readonly StoredFamily[],
): AsyncGenerator<Buffer> {
  let chunk = emptyChunk()
  for (const { head, own: mine, page } of await shownFamilies(books, own)) {
    const start = Buffer.concat([Buffer.from(renderHead(head)), mine ? familyBytes(mine) : nothing])
    if (!fits(chunk, start.length)) {
      yield written(chunk)
      chunk = emptyChunk(start.length)
    }
    chunk.size += start.copy(chunk.bytes, chunk.size)
    for (let next = 0; page !== undefined && next < page.slots.length; ) {
      next = copyLines(page, next, chunk)
      if (next === page.slots.length) break
      yield written(chunk)
      await nextTurn()
      chunk = emptyChunk(metricBytes(page, next))
    }
  }
  yield written(chunk)
}

interface Chunk {
  readonly bytes: Buffer
  size: number
}

const nothing = Buffer.alloc(0)

/** Has room for `needBytes` at least. */
function emptyChunk(needBytes = 0): Chunk {
  return { bytes: Buffer.allocUnsafeSlow(Math.max(chunkBytes, needBytes)), size: 0 }
}

const fits = ({ bytes, size }: Chunk, needBytes: number) => size + needBytes <= bytes.length

const written = ({ bytes, size }: Chunk) => bytes.subarray(0, size)

/** Copies series from entry `next` on while there is room; returns the first that had none. */
function copyLines({ members, slots, metrics }: Page, next: number, chunk: Chunk): number {
  let entry = next
  for (; entry < slots.length; entry++) {
    const member = members[slots[entry] ?? 0]
    if (member === undefined) continue
    const { bytes, starts } = member.lines
    const metric = member.first + (metrics[entry] ?? 0)
    const start = starts[metric] ?? 0
    const end = starts[metric + 1] ?? 0
    if (!fits(chunk, end - start)) break
    if (end - start < shortBytes) copyShort(chunk, bytes, { start, end })
    else chunk.size += bytes.copy(chunk.bytes, chunk.size, start, end)
  }
  return entry
}

const shortBytes = 200

/** A line is short: copying it byte by byte costs less than asking for a copy. */
function copyShort(chunk: Chunk, bytes: Buffer, { start, end }: { start: number; end: number }) {
  const { bytes: target } = chunk
  let { size } = chunk
  for (let i = start; i < end; i++) target[size++] = bytes[i] ?? 0
  chunk.size = size
}

function metricBytes({ members, slots, metrics }: Page, entry: number): number {
  const member = members[slots[entry] ?? 0]
  if (member === undefined) return 0
  const metric = member.first + (metrics[entry] ?? 0)
  return (member.lines.starts[metric + 1] ?? 0) - (member.lines.starts[metric] ?? 0)
}
