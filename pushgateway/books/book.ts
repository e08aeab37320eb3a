/** The families of one name, one from each group, as blocks of lines in Prometheus's order. */
import { assert } from '#lib/assert'
import { type FamilyHead, type LinePlace, type PlacedFamily, StoredFamily } from '../text/family.ts'
import { PushedLines, type Span, sameMetric } from '../text/lines.ts'
import { Block, type Entry } from './block.ts'
import { LentBlocks } from './lent-blocks.ts'
import { areAlike, type Compare, compareAlike, compareAny } from './order.ts'
import type { BlockContent } from './sheet.ts'

/** A family name as of one moment: pushes that land later do not show in it. */
export interface Page {
  readonly head: FamilyHead
  readonly blocks: LentBlocks
  /** Whether some line has a name that stands in quotes. */
  readonly quoted: boolean
  /** Whether all series have labels of the same names, and no value that is escaped. */
  readonly alike: boolean
  /** By slot: the metrics of which text cannot say all. */
  readonly protos: ReadonlyMap<number, readonly Buffer[]>
}

export class Book {
  readonly #blocks: Block[] = []
  readonly #members: (Member | undefined)[] = []
  readonly #free: number[] = []
  readonly #heads = new Map<FamilyHead, number>()
  readonly #protos = new Map<number, readonly Buffer[]>()
  #quoted = 0
  #compare: Compare = compareAlike

  isEmpty(): boolean {
    return this.#heads.size === 0
  }

  replace(previous: StoredFamily | undefined, next: StoredFamily | undefined): void {
    this.#count(next, 1)
    this.#count(previous, -1)
    if (previous !== undefined && next !== undefined && this.#overwrite(previous, next)) return
    if (previous !== undefined) this.#takeOut(previous)
    if (next !== undefined) this.#putIn(next)
  }

  /** Takes a family in whose lines come later, by `load`, under the slot it has. */
  adopt(family: PlacedFamily): StoredFamily {
    const { slot, metricCount, proto } = family
    const place = new Member(slot, metricCount)
    this.#members[slot] = place
    if (proto !== undefined) this.#protos.set(slot, proto)
    const stored = new StoredFamily(family, place)
    this.#count(stored, 1)
    return stored
  }

  /** Takes in a block that comes behind all others. */
  load({ bytes, rows, table }: BlockContent, isAlike: boolean): void {
    if (!isAlike) this.#compare = compareAny
    const entries: Entry[] = []
    for (let row = 0; row < rows; row++) {
      const [slot = 0, metric = 0, start = 0] = table.subarray(3 * row, 3 * row + 3)
      const end = row + 1 === rows ? bytes.length : (table[3 * row + 5] ?? 0)
      entries.push({ slot, metric, bytes, start, end })
    }
    this.#place(new Block(entries), this.#blocks.length)
  }

  /** After the last block: what no family has taken is free. */
  loaded(): void {
    for (let slot = 0; slot < this.#members.length; slot++) {
      const member = this.#members[slot]
      if (member === undefined) this.#free.push(slot)
      else assert(!member.includes(undefined), 'a snapshot lacks lines of a family')
    }
  }

  page(): Page {
    const heads = [...this.#heads.keys()]
    const head = heads.find(({ help }) => help !== undefined) ?? heads[0]
    assert(head !== undefined, 'a book without families is shown')
    const blocks = new LentBlocks(this.#blocks.map((block) => block.lend()))
    const alike = this.#compare === compareAlike
    return { head, blocks, quoted: this.#quoted > 0, alike, protos: new Map(this.#protos) }
  }

  #count(family: StoredFamily | undefined, by: 1 | -1): void {
    if (family === undefined) return
    const count = (this.#heads.get(family.head) ?? 0) + by
    if (count > 0) this.#heads.set(family.head, count)
    else this.#heads.delete(family.head)
    if (family.quoted) this.#quoted += by
  }

  /** Where the series are the same, values go where the old ones were; returns whether they did. */
  #overwrite(previous: StoredFamily, next: StoredFamily): boolean {
    const member = previous.place
    const { metricCount } = next
    if (!(member instanceof Member) || previous.head.type !== next.head.type) return false
    if (previous.metricCount !== metricCount || next.proto !== undefined) return false
    if (previous.proto !== undefined) return false
    const rows: number[] = []
    for (let i = 0; i < metricCount; i++) {
      const block = member.blockOf(i)
      const row = block.rowOf(member.slot, i)
      if (!sameMetric(next.head, block.span(row), spanOf(next, i))) return false
      rows.push(row)
    }
    for (const [i, row] of rows.entries()) member.blockOf(i).overwrite(row, spanOf(next, i))
    for (const block of member) if (block?.isOverfull()) this.#split(block)
    next.place = member
    return true
  }

  #takeOut({ place, metricCount }: StoredFamily): void {
    assert(place instanceof Member, 'a family is taken out that never was in')
    for (let i = 0; i < metricCount; i++) {
      const block = place.blockOf(i)
      block.remove(block.rowOf(place.slot, i))
      if (block.rows === 0) this.#blocks.splice(this.#blocks.indexOf(block), 1)
    }
    this.#members[place.slot] = undefined
    this.#protos.delete(place.slot)
    this.#free.push(place.slot)
  }

  #putIn(family: StoredFamily): void {
    const member = this.#admit(family)
    const { head, metricCount } = family
    for (let metric = 0; metric < metricCount; metric++) {
      const entry = { ...spanOf(family, metric), slot: member.slot, metric }
      const block = this.#blockFor(head, entry)
      member[metric] = block
      if (block.isOverfull()) this.#split(block)
    }
    family.place = member
  }

  /** Puts the entry in, and returns the block where it is. */
  #blockFor(head: FamilyHead, entry: Entry): Block {
    const [first] = this.#blocks
    const like = first?.span(0) ?? entry
    if (this.#compare === compareAlike && !areAlike(head, entry, like)) this.#compare = compareAny
    if (first === undefined) {
      const block = new Block([entry])
      this.#blocks.push(block)
      return block
    }
    const block = this.#blocks[Math.max(0, this.#blockAfter(head, entry) - 1)] ?? first
    block.insert(block.rowAfter(head, entry, this.#compare), entry)
    return block
  }

  /** The first block all of which comes after the entry. */
  #blockAfter(head: FamilyHead, entry: Entry): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const first = this.#blocks[middle]?.span(0) ?? entry
      if (this.#compare(head, first, entry) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #admit(family: StoredFamily): Member {
    const slot = this.#free.pop() ?? this.#members.length
    const member = new Member(slot, family.metricCount)
    this.#members[slot] = member
    if (family.proto !== undefined) this.#protos.set(slot, family.proto)
    return member
  }

  #split(block: Block): void {
    this.#place(block.splitOff(), this.#blocks.indexOf(block) + 1)
  }

  #place(block: Block, at: number): void {
    this.#blocks.splice(at, 0, block)
    for (let row = 0; row < block.rows; row++) {
      const { slot, metric } = block.owner(row)
      const member = this.#members[slot]
      assert(member !== undefined, 'a block has lines of nobody')
      member[metric] = block
    }
  }
}

/**
 * The place of a family in the book: the list of the blocks of its metrics. It is an array, not an
 * object with an array, because there is one for each family of each group.
 */
class Member extends Array<Block | undefined> implements LinePlace {
  readonly slot: number

  constructor(slot: number, metricCount: number) {
    super(metricCount) // With its length from the start; growing it would waste most.
    this.slot = slot
  }

  blockOf(metric: number): Block {
    const block = this[metric]
    assert(block !== undefined, 'a metric of a member has no block')
    return block
  }

  metric(index: number): Buffer {
    const block = this.blockOf(index)
    const { bytes, start, end } = block.span(block.rowOf(this.slot, index))
    return bytes.subarray(start, end)
  }

  all(): Buffer {
    return Buffer.concat(Array.from({ length: this.length }, (_, metric) => this.metric(metric)))
  }
}

/** Which member of its book a family is that is shown. */
export function slotOf({ place }: StoredFamily): number {
  assert(place instanceof Member, 'a family has no slot before it is shown')
  return place.slot
}

function spanOf({ place }: StoredFamily, metric: number): Span {
  assert(place instanceof PushedLines, 'a family is put in that is in already')
  const at = place.first + metric
  return { bytes: place.bytes, start: place.starts[at] ?? 0, end: place.starts[at + 1] ?? 0 }
}
