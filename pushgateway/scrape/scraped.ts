/** What is shown, as the formats write it: runs of metrics in order, family by family. */
import type { LentBlock } from '../books/block.ts'
import type { Page } from '../books/book.ts'
import type { Piece, ScrapedFamily } from '../formats/named-families.ts'
import type { StoredFamily } from '../text/family.ts'
import type { ShownFamily } from './shown.ts'

export function scrapedFamilies(shown: readonly ShownFamily[]): readonly ScrapedFamily[] {
  return shown.map(({ head, own, page }) => ({
    head,
    quoted: page?.quoted ?? false,
    pieces: [
      ...(own === undefined ? [] : [ownPiece(own)]),
      ...(page?.blocks ?? []).map((block) => blockPiece(block, page?.protos)),
    ],
  }))
}

function ownPiece({ place, metricCount }: StoredFamily): Piece {
  const starts = new Uint32Array(metricCount + 1)
  for (let i = 0; i < metricCount; i++) starts[i + 1] = (starts[i] ?? 0) + place.metric(i).length
  return { bytes: place.all(), starts }
}

function blockPiece(
  { bytes, rows, table, release }: LentBlock,
  protos: Page['protos'] | undefined,
): Piece {
  const messageOf = (row: number) => protos?.get(table[3 * row] ?? 0)?.[table[3 * row + 1] ?? 0]
  return {
    bytes,
    // Made when it is asked for: text is written without it.
    get starts() {
      const starts = new Uint32Array(rows + 1)
      for (let row = 0; row < rows; row++) starts[row] = table[3 * row + 2] ?? 0
      starts[rows] = bytes.length
      return starts
    },
    messageOf: protos === undefined || protos.size === 0 ? undefined : messageOf,
    release,
  }
}
