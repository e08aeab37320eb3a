/**
 * Where finished chunks lie: one behind the other in pages, a page for chunks that end in one span
 * of time. Time only ever takes away whole pages, so nothing is moved and nothing is left over.
 */

/** Names a chunk: the number of its page and its place there, in steps of four bytes. */
export type ChunkRef = number

export const noChunk: ChunkRef = 0xffff_ffff

const pageBytes = 256 * 1024
/** Whoever reads bits reads up to three bytes on. */
export const slackBytes = 4
const stepBytes = 4
const placeBits = 16
const pageNumberMax = 0xfffe

/** Before each chunk: which one of the series came before it, and how long this one is. */
const headBytes = 6

export interface Page {
  readonly bytes: Buffer
  readonly view: DataView
  readonly number: number
  readonly span: number
  sizeBytes: number
}

export interface Pages {
  /** Keeps a chunk that ends at `endMs`; `before` is the one of the same series before it. */
  add(chunk: Uint8Array, before: ChunkRef, endMs: number): ChunkRef
  /** The page that a chunk lies in; undefined: it is gone. */
  pageOf(ref: ChunkRef): Page | undefined
  /** What a page holds ended by then. */
  endMs(page: Page): number
  /** Lets all chunks go that ended before `ms`, or some of them: only whole pages go. */
  dropBefore(ms: number): void
  /** Lets the oldest span go; says up to when. Undefined: there is nothing. */
  dropOldest(): number | undefined
  readonly sizeBytes: number
  readonly chunkCount: number
}

export const chunkAt = (ref: ChunkRef) => (ref & 0xffff) * stepBytes + headBytes
export const chunkBefore = ({ view }: Page, ref: ChunkRef): ChunkRef =>
  view.getUint32(chunkAt(ref) - headBytes, true)
export const chunkLength = ({ view }: Page, ref: ChunkRef) => view.getUint16(chunkAt(ref) - 2, true)

interface Span {
  readonly pages: Page[]
  chunkCount: number
}

export function createPages(spanMs: number): Pages {
  const pages: (Page | undefined)[] = []
  const spans = new Map<number, Span>()
  let next = 0
  let live = 0
  let chunkCount = 0

  const newPage = (span: number): Page => {
    while (pages[next] !== undefined) next = (next + 1) % pageNumberMax
    const bytes = Buffer.allocUnsafeSlow(pageBytes + slackBytes)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const page = { bytes, view, number: next, span, sizeBytes: 0 }
    pages[next] = page
    next = (next + 1) % pageNumberMax
    live++
    return page
  }
  /** The last page of a span is written to. */
  const pageFor = (spanNumber: number, needBytes: number): Page => {
    const span = spans.get(spanNumber) ?? { pages: [], chunkCount: 0 }
    spans.set(spanNumber, span)
    span.chunkCount++
    const last = span.pages.at(-1)
    if (last !== undefined && last.sizeBytes + needBytes <= pageBytes) return last
    const page = newPage(spanNumber)
    span.pages.push(page)
    return page
  }
  const drop = (spanNumber: number) => {
    const span = spans.get(spanNumber)
    for (const page of span?.pages ?? []) pages[page.number] = undefined
    live -= span?.pages.length ?? 0
    chunkCount -= span?.chunkCount ?? 0
    spans.delete(spanNumber)
  }
  return {
    add(chunk, before, endMs) {
      const needBytes = headBytes + chunk.length
      const page = pageFor(Math.floor(endMs / spanMs), needBytes)
      const at = page.sizeBytes
      page.view.setUint32(at, before, true)
      page.view.setUint16(at + 4, chunk.length, true)
      page.bytes.set(chunk, at + headBytes)
      page.sizeBytes = Math.ceil((at + needBytes) / stepBytes) * stepBytes
      chunkCount++
      return page.number * 2 ** placeBits + at / stepBytes
    },
    pageOf: (ref) => pages[ref >>> placeBits],
    endMs: ({ span }) => (span + 1) * spanMs - 1,
    dropBefore(ms) {
      for (const span of [...spans.keys()]) if ((span + 1) * spanMs <= ms) drop(span)
    },
    dropOldest() {
      if (spans.size === 0) return undefined
      const oldest = Math.min(...spans.keys())
      drop(oldest)
      return (oldest + 1) * spanMs
    },
    get sizeBytes() {
      return live * pageBytes
    },
    get chunkCount() {
      return chunkCount
    },
  }
}
