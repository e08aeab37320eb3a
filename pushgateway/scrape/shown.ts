/** What a reader of everything sees: the server's own families and the pushed ones, by name. */
import type { Page } from '../books/book.ts'
import type { Books } from '../books/books.ts'
import type { FamilyHead, StoredFamily } from '../text/family.ts'

export interface ShownFamily {
  readonly head: FamilyHead
  /** Of the server itself; stands before what was pushed under the same name. */
  readonly own: StoredFamily | undefined
  readonly page: Page | undefined
}

/** As of one moment: a push that lands later shows nowhere in it, and each shows whole or not. */
export function shownFamilies(
  books: Pick<Books, 'pages'>,
  own: readonly StoredFamily[],
): readonly ShownFamily[] {
  const pages = new Map(books.pages().map((page) => [page.head.name, page]))
  const owns = new Map(own.map((family) => [family.head.name, family]))
  const names = [...new Set([...pages.keys(), ...owns.keys()])].sort()
  return names.flatMap((name) => {
    const page = pages.get(name)
    const mine = owns.get(name)
    const head = mine?.head ?? page?.head
    return head === undefined ? [] : [{ head, own: mine, page }]
  })
}
