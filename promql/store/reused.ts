/**
 * A list that is filled again and again, mostly with as much as before: what it was filled into
 * serves the next time, so that large lists are not made anew at each scrape.
 */

export class Reused<T> {
  readonly #items: T[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  at(index: number): T | undefined {
    return index < this.#count ? this.#items[index] : undefined
  }

  add(item: T): void {
    this.#items[this.#count++] = item
  }

  /** Empties it; much more room than was filled is given back. */
  clear(): void {
    if (this.#items.length > 2 * this.#count) this.#items.length = this.#count
    this.#count = 0
  }

  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.#count; i++) yield this.#items[i] as T // Filled up to the count.
  }
}
