/** The families of one name, one from each group, as blocks of lines in Prometheus's order. */
import { assert } from '#lib/assert'
import {
  type FamilyFields,
  type FamilyHead,
  type Lines,
  type PlacedFamily,
  StoredFamily,
} from '../text/family.ts'
import { PushedLines, type Span, sameMetric } from '../text/lines.ts'
import { Block, type Entry } from './block.ts'
import { LentBlocks } from './lent-blocks.ts'
import { areAlike, type Compare, compareAlike, compareAny } from './order.ts'
import { Runs } from './runs.ts'
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

/** The metrics of a family have neighbouring numbers; the first is its slot. */
export class Book implements Lines {
  readonly #blocks: Block[] = []
  readonly #runs = new Runs()
  /** By the number of a metric. One list costs the collector less than one for each family. */
  readonly #homes: (Block | undefined)[] = []
  /** Families of a snapshot that is being loaded, by the slots that they have there. */
  readonly #adopted = new Map<number, StoredFamily>()
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

  metric(number: number): Buffer {
    const block = this.#homeOf(number)
    const { bytes, start, end } = block.span(block.rowOf(number))
    return bytes.subarray(start, end)
  }

  run(first: number, count: number): Buffer {
    return Buffer.concat(Array.from({ length: count }, (_, i) => this.metric(first + i)))
  }

  /** Takes a family in whose lines come later, by `load`, under the slot that it has there. */
  adopt(family: PlacedFamily): StoredFamily {
    const stored = new StoredFamily(family, this, this.#admit(family))
    this.#adopted.set(family.slot, stored)
    this.#count(stored, 1)
    return stored
  }

  /** Takes in a block that comes behind all others. */
  load({ bytes, rows, table }: BlockContent, isAlike: boolean): void {
    if (!isAlike) this.#compare = compareAny
    const entries: Entry[] = []
    for (let row = 0; row < rows; row++) {
      const [given = 0, metric = 0, start = 0] = table.subarray(3 * row, 3 * row + 3)
      const family = this.#adopted.get(given - metric)
      assert(family !== undefined, 'a snapshot has lines of nobody')
      const end = row + 1 === rows ? bytes.length : (table[3 * row + 5] ?? 0)
      entries.push({ number: family.first + metric, metric, bytes, start, end })
    }
    this.#place(new Block(entries), this.#blocks.length)
  }

  /** After the last block. */
  loaded(): void {
    for (const { first, metricCount } of this.#adopted.values())
      for (let i = 0; i < metricCount; i++) this.#homeOf(first + i)
    this.#adopted.clear()
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
    const { first, metricCount } = previous
    if (previous.lines !== this || previous.head.type !== next.head.type) return false
    if (metricCount !== next.metricCount || next.proto !== undefined) return false
    if (previous.proto !== undefined) return false
    const rows: number[] = []
    for (let i = 0; i < metricCount; i++) {
      const block = this.#homeOf(first + i)
      const row = block.rowOf(first + i, rows[i - 1])
      if (!sameMetric(next.head, block.span(row), spanOf(next, i))) return false
      rows.push(row)
    }
    for (const [i, row] of rows.entries()) this.#homeOf(first + i).overwrite(row, spanOf(next, i))
    for (let i = 0; i < metricCount; i++) this.#splitIfOverfull(this.#homeOf(first + i))
    next.moveTo(this, first)
    return true
  }

  #takeOut(family: StoredFamily): void {
    const slot = slotOf(family)
    for (let number = slot; number < slot + family.metricCount; number++) {
      const block = this.#homeOf(number)
      block.remove(block.rowOf(number))
      if (block.rows === 0) this.#blocks.splice(this.#blocks.indexOf(block), 1)
      this.#homes[number] = undefined
    }
    this.#protos.delete(slot)
    this.#runs.giveBack(slot, family.metricCount)
  }

  #putIn(family: StoredFamily): void {
    const slot = this.#admit(family)
    const { head, metricCount } = family
    for (let metric = 0; metric < metricCount; metric++) {
      const entry = { ...spanOf(family, metric), number: slot + metric, metric }
      const block = this.#blockFor(head, entry)
      this.#homes[slot + metric] = block
      this.#splitIfOverfull(block)
    }
    family.moveTo(this, slot)
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

  /** Gives it a slot. */
  #admit({ metricCount, proto }: FamilyFields): number {
    const slot = this.#runs.take(metricCount)
    while (this.#homes.length < slot) this.#homes.push(undefined) // A list with gaps is a slow one.
    if (proto !== undefined) this.#protos.set(slot, proto)
    return slot
  }

  #homeOf(number: number): Block {
    const block = this.#homes[number]
    assert(block !== undefined, 'a metric of a book is in no block')
    return block
  }

  #splitIfOverfull(block: Block): void {
    if (block.isOverfull()) this.#place(block.splitOff(), this.#blocks.indexOf(block) + 1)
  }

  #place(block: Block, at: number): void {
    this.#blocks.splice(at, 0, block)
    for (let row = 0; row < block.rows; row++) this.#homes[block.numberAt(row)] = block
  }
}

/** Under which number in its book the metrics of a family begin that is shown. */
export function slotOf({ lines, first }: StoredFamily): number {
  assert(lines instanceof Book, 'a family has no slot before it is shown')
  return first
}

function spanOf({ lines, first }: StoredFamily, metric: number): Span {
  assert(lines instanceof PushedLines, 'a family is put in that is in already')
  const at = first + metric
  return { bytes: lines.bytes, start: lines.starts[at] ?? 0, end: lines.starts[at + 1] ?? 0 }
}
