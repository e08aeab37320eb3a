/** `/metrics`: families by name, in each the series in order, joined into large chunks. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Books } from './books.ts'
import type { StoredFamily } from './family.ts'
import { renderHead } from './render.ts'
import { type ShownFamily, shownFamilies } from './shown.ts'

const chunkBytes = 256 * 1024

/** `own` are the server's families. */
export async function* exposition(
  books: Books,
  own: readonly StoredFamily[],
): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let sizeBytes = 0
  for (const piece of piecesOf(shownFamilies(books, own))) {
    pieces.push(piece)
    sizeBytes += piece.length
    if (sizeBytes < chunkBytes) continue
    yield Buffer.concat(pieces, sizeBytes)
    await nextTurn()
    pieces = []
    sizeBytes = 0
  }
  yield Buffer.concat(pieces, sizeBytes)
}

function* piecesOf(families: readonly ShownFamily[]): Generator<Buffer> {
  for (const { head, own, page } of families) {
    yield Buffer.from(renderHead(head))
    if (own !== undefined) yield own.place.all()
    for (const { bytes } of page?.blocks ?? []) yield bytes
  }
}
