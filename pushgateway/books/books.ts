/** What readers see, family by family, in the order in which a scrape shows it. */

import type { StoredBlock } from '../log/image.ts'
import type { PlacedFamily, StoredFamily } from '../text/family.ts'
import { Book, type Page } from './book.ts'

export interface Books {
  /**
   * Shows `next` in the place of `previous`, both of one group and one name; undefined: there is
   * none. From now on `next` has its lines in its book, and `previous` has none.
   */
  replace(previous: StoredFamily | undefined, next: StoredFamily | undefined): void
  /** Takes in a family as it was; its lines come after all families, by `load`. */
  adopt(family: PlacedFamily): StoredFamily
  /** Takes in a block as it was lent; those of one name come in order. */
  load(part: StoredBlock): void
  loaded(): void
  /**
   * Every name, sorted, as of now: pushes that land later do not show in it. Until they are given
   * back each write to a block that is on a page costs a copy of it.
   */
  pages(): readonly Page[]
}

/** The reader is done with them. */
export function giveBack(pages: readonly Page[]): void {
  for (const { blocks } of pages) blocks.giveAllBack()
}

export function createBooks(): Books {
  const books = new Map<string, Book>()

  const bookOf = (name: string): Book => {
    const known = books.get(name)
    if (known !== undefined) return known
    const book = new Book()
    books.set(name, book)
    return book
  }
  return {
    replace(previous, next) {
      const name = (next ?? previous)?.head.name
      if (name === undefined || previous === next) return
      const book = bookOf(name)
      book.replace(previous, next)
      if (book.isEmpty()) books.delete(name)
    },
    load: ({ name, block, alike }) => bookOf(name).load(block, alike),
    adopt: (family) => bookOf(family.head.name).adopt(family),
    loaded() {
      for (const book of books.values()) book.loaded()
    },
    pages: () => [...books].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, book]) => book.page()),
  }
}
