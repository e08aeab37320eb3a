/**
 * What readers see, family by family: a book holds the families of one name, one from each group,
 * and the order of all their series, so that a scrape copies lines in order and sorts nothing.
 */
import { assert } from '#lib/assert'
import type { FamilyHead, StoredFamily } from './family.ts'
import { compareMetrics, sameSeries } from './lines.ts'

export interface Books {
  /** Puts `next` where `previous` was. Both are of one group; undefined: it has none. */
  replace(previous: StoredFamily | undefined, next: StoredFamily | undefined): void
  /** As `replace`, but leaves the ordering to `settle`. */
  restore(previous: StoredFamily | undefined, next: StoredFamily | undefined): void
  /** Brings some series in order; returns whether all of them are. Takes some milliseconds. */
  settle(): boolean
  /** Every book by name, as of now: later pushes do not show in it. Call it when all is settled. */
  pages(): readonly Page[]
}

/**
 * The series of one name in the order of Prometheus: entry i is metric `metrics[i]` of a member.
 */
export interface Page {
  readonly head: FamilyHead
  readonly members: readonly (StoredFamily | undefined)[]
  /** For each series, which of `members` has it. */
  readonly slots: Uint32Array
  /** For each series, its metric, counted from the `first` of its member. */
  readonly metrics: Uint32Array
}

/** New series that may wait for their place: many at once are cheaper than one by one. */
const waitingMax = 2048

export function createBooks(): Books {
  const books = new Map<string, Book>()
  const unsettled = new Set<Book>()

  const place = (previous: StoredFamily | undefined, next: StoredFamily | undefined) => {
    const name = (next ?? previous)?.head.name
    if (name === undefined || previous === next) return undefined
    let book = books.get(name)
    if (book === undefined) {
      book = new Book()
      books.set(name, book)
    }
    book.replace(previous, next)
    if (book.isEmpty()) books.delete(name)
    if (book.isEmpty() || book.isSettled()) unsettled.delete(book)
    else unsettled.add(book)
    return book
  }
  const settleSome = (book: Book) => {
    book.settleSome()
    if (book.isSettled()) unsettled.delete(book)
  }
  return {
    replace(previous, next) {
      const book = place(previous, next)
      if (book !== undefined && book.waiting() > waitingMax) settleSome(book)
    },
    restore: (previous, next) => void place(previous, next),
    settle() {
      const [book] = unsettled
      if (book !== undefined) settleSome(book)
      return unsettled.size === 0
    },
    pages() {
      return [...books.keys()].sort().flatMap((name) => {
        const book = books.get(name)
        return book === undefined ? [] : [book.page()]
      })
    },
  }
}

interface Series {
  readonly slot: number
  readonly metric: number
}

class Book {
  readonly #members: (StoredFamily | undefined)[] = []
  readonly #slotOf = new Map<StoredFamily, number>()
  readonly #heads = new Map<FamilyHead, number>()
  #slots = new Uint32Array()
  #metrics = new Uint32Array()
  /** Slots that stand in the order with series they no longer have. */
  readonly #outdated = new Set<number>()
  /** Slots whose series are to be put into the order. */
  readonly #missing = new Set<number>()
  #missingSeries = 0
  readonly #free: number[] = []

  isEmpty(): boolean {
    return this.#slotOf.size === 0
  }

  isSettled(): boolean {
    return this.#outdated.size === 0 && this.#missing.size === 0
  }

  /** About how many series wait for their place. */
  waiting(): number {
    return this.#missingSeries + this.#outdated.size
  }

  replace(previous: StoredFamily | undefined, next: StoredFamily | undefined): void {
    const known = previous === undefined ? undefined : this.#slotOf.get(previous)
    const slot = known ?? this.#free.pop() ?? this.#members.length
    if (previous !== undefined) this.#slotOf.delete(previous)
    if (next !== undefined) this.#slotOf.set(next, slot)
    this.#countHeads(previous, next)
    this.#members[slot] = next
    if (previous !== undefined && next !== undefined && sameSeries(previous, next)) return
    if (previous !== undefined && !this.#missing.has(slot)) this.#outdated.add(slot)
    this.#missing.add(slot)
    this.#missingSeries += next === undefined ? 1 : next.end - next.first
  }

  page(): Page {
    const heads = [...this.#heads.keys()]
    const head = heads.find(({ help }) => help !== undefined) ?? heads[0]
    assert(head !== undefined && this.isSettled(), 'a book is shown before it is in order')
    return { head, members: this.#members.slice(), slots: this.#slots, metrics: this.#metrics }
  }

  /** Puts a bounded number of series where they belong. */
  settleSome(): void {
    this.#takeOut()
    const series: Series[] = []
    for (const slot of this.#missing) {
      this.#missing.delete(slot)
      const member = this.#members[slot]
      if (member === undefined) this.#free.push(slot)
      const count = member === undefined ? 0 : member.end - member.first
      for (let metric = 0; metric < count; metric++) series.push({ slot, metric })
      if (series.length > waitingMax) break
    }
    this.#putIn(series)
    const left = this.#missingSeries - series.length
    this.#missingSeries = this.#missing.size === 0 ? 0 : Math.max(this.#missing.size, left)
  }

  #countHeads(previous: StoredFamily | undefined, next: StoredFamily | undefined): void {
    if (previous?.head === next?.head) return
    if (next !== undefined) this.#heads.set(next.head, (this.#heads.get(next.head) ?? 0) + 1)
    if (previous === undefined) return
    const left = (this.#heads.get(previous.head) ?? 0) - 1
    if (left > 0) this.#heads.set(previous.head, left)
    else this.#heads.delete(previous.head)
  }

  #takeOut(): void {
    if (this.#outdated.size === 0) return
    const gone = new Uint8Array(this.#members.length)
    for (const slot of this.#outdated) gone[slot] = 1
    this.#outdated.clear()
    let kept = 0
    const slots = new Uint32Array(this.#slots.length)
    const metrics = new Uint32Array(this.#slots.length)
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i] ?? 0
      if (gone[slot] === 1) continue
      slots[kept] = slot
      metrics[kept++] = this.#metrics[i] ?? 0
    }
    this.#slots = slots.slice(0, kept)
    this.#metrics = metrics.slice(0, kept)
  }

  #putIn(series: Series[]): void {
    if (series.length === 0) return
    series.sort((a, b) => this.#compare(a.slot, a.metric, b))
    const size = this.#slots.length + series.length
    const slots = new Uint32Array(size)
    const metrics = new Uint32Array(size)
    let from = 0
    series.forEach((one, i) => {
      const to = this.#placeOf(one, from)
      slots.set(this.#slots.subarray(from, to), from + i)
      metrics.set(this.#metrics.subarray(from, to), from + i)
      slots[to + i] = one.slot
      metrics[to + i] = one.metric
      from = to
    })
    slots.set(this.#slots.subarray(from), from + series.length)
    metrics.set(this.#metrics.subarray(from), from + series.length)
    this.#slots = slots
    this.#metrics = metrics
  }

  /** The first entry, from `least` on, that comes after `one`. */
  #placeOf(one: Series, least: number): number {
    let low = least
    let high = this.#slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = this.#compare(this.#slots[middle] ?? 0, this.#metrics[middle] ?? 0, one)
      if (order <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #compare(slot: number, metric: number, other: Series): number {
    const left = this.#members[slot]
    const right = this.#members[other.slot]
    assert(left !== undefined && right !== undefined, 'a series in the order has no member')
    return compareMetrics(left, left.first + metric, {
      of: right,
      metric: right.first + other.metric,
    })
  }
}
