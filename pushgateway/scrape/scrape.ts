/** `/metrics`: families by name, in each the series in order, in large chunks. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Books } from '../books/books.ts'
import { type NamedFamily, namedFamilies, type Piece } from '../formats/named-families.ts'
import type { Negotiated } from '../formats/negotiate.ts'
import { openMetricsExposition } from '../formats/openmetrics-exposition.ts'
import { protobufExposition } from '../formats/protobuf-exposition.ts'
import type { Chunk } from '../http/respond.ts'
import type { StoredFamily } from '../text/family.ts'
import { renderHead } from '../text/render.ts'
import { scrapedFamilies } from './scraped.ts'
import { shownFamilies } from './shown.ts'

const chunkBytes = 256 * 1024

/** `own` are the server's families. */
export function exposition(
  books: Pick<Books, 'pages'>,
  own: readonly StoredFamily[],
  { format, escaping }: Pick<Negotiated, 'format' | 'escaping'>,
): AsyncIterable<Chunk> {
  const families = namedFamilies(scrapedFamilies(shownFamilies(books, own)), escaping)
  if (format === 'protobuf') return protobufExposition(families)
  return format === 'openmetrics' ? openMetricsExposition(families) : textExposition(families)
}

/** The blocks go to the socket as they are: a scrape copies nothing that is not renamed. */
async function* textExposition(families: AsyncIterable<NamedFamily>): AsyncGenerator<Chunk> {
  let parts: Part[] = []
  let sizeBytes = 0
  for await (const family of families)
    for (const part of partsOf(family)) {
      parts.push(part)
      sizeBytes += part.bytes.length
      if (sizeBytes < chunkBytes) continue
      yield parts.map(({ bytes }) => bytes)
      // Who asks for more has written these: pushes need not go on in copies of them.
      for (const part of parts) part.release?.()
      await nextTurn()
      parts = []
      sizeBytes = 0
    }
  yield parts.map(({ bytes }) => bytes)
}

type Part = Pick<Piece, 'bytes' | 'release'>

function* partsOf(family: NamedFamily): Generator<Part> {
  yield { bytes: Buffer.from(renderHead(family.head)) }
  yield* family.pieces()
}
