/** The blocks of a page, lent to one reader, who gives them back one by one or all together. */
import { assert } from '#lib/assert'
import type { BlockContent, Sheet } from './sheet.ts'

export class LentBlocks implements Iterable<BlockContent> {
  readonly #sheets: (Sheet | undefined)[]

  /** They have been lent. */
  constructor(sheets: Sheet[]) {
    this.#sheets = sheets
  }

  get count(): number {
    return this.#sheets.length
  }

  /** Valid until it is given back. */
  at(index: number): BlockContent {
    const sheet = this.#sheets[index]
    assert(sheet !== undefined, 'a block is read that was given back')
    return sheet.content()
  }

  *[Symbol.iterator](): Generator<BlockContent> {
    for (let i = 0; i < this.#sheets.length; i++) yield this.at(i)
  }

  /** May be called again. */
  giveBack(index: number): void {
    this.#sheets[index]?.giveBack()
    this.#sheets[index] = undefined
  }

  giveAllBack(): void {
    for (let i = 0; i < this.#sheets.length; i++) this.giveBack(i)
  }
}
