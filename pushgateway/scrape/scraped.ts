/** What is shown, as the formats write it: runs of metrics in order, family by family. */
import type { Page } from '../books/book.ts'
import type { LentBlocks } from '../books/lent-blocks.ts'
import type { BlockContent } from '../books/sheet.ts'
import type { Piece, ScrapedFamily } from '../formats/named-families.ts'
import type { StoredFamily } from '../text/family.ts'
import type { ShownFamily } from './shown.ts'

export function scrapedFamilies(shown: readonly ShownFamily[]): readonly ScrapedFamily[] {
  return shown.map(({ head, own, page }) => ({
    head,
    quoted: page?.quoted ?? false,
    *pieces() {
      if (own !== undefined) yield ownPiece(own)
      if (page === undefined) return
      // Each is made when its turn comes: thousands at once would hold up pushes, and be garbage.
      for (let i = 0; i < page.blocks.count; i++) yield new BlockPiece(page, i)
    },
  }))
}

function ownPiece(family: StoredFamily): Piece {
  const { metricCount } = family
  const starts = [0]
  for (let i = 0; i < metricCount; i++) starts.push((starts[i] ?? 0) + family.metric(i).length)
  return { bytes: family.bytes(), metricCount, startOf: (metric) => starts[metric] ?? 0 }
}

class BlockPiece implements Piece {
  readonly bytes: Buffer
  readonly metricCount: number
  readonly messageOf: Piece['messageOf']
  readonly #table: BlockContent['table']
  readonly #blocks: LentBlocks
  readonly #index: number

  constructor({ blocks, protos }: Page, index: number) {
    const { bytes, rows, table } = blocks.at(index)
    this.bytes = bytes
    this.metricCount = rows
    this.#table = table
    this.#blocks = blocks
    this.#index = index
    const messageOf = (row: number) => {
      const [number = 0, metric = 0] = table.subarray(3 * row, 3 * row + 2)
      return protos.get(number - metric)?.[metric]
    }
    this.messageOf = protos.size === 0 ? undefined : messageOf
  }

  startOf(metric: number): number {
    return metric < this.metricCount ? (this.#table[3 * metric + 2] ?? 0) : this.bytes.length
  }

  release(): void {
    this.#blocks.giveBack(this.#index)
  }
}
