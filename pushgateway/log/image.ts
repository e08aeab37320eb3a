/**
 * The stored form of everything at one moment: the groups, then the blocks of the books as they
 * are, in which the series of the groups stand, then the tombstones. Nothing is sorted or written
 * anew when it is read back.
 */
import { type Page, slotOf } from '../books/book.ts'
import type { BlockContent } from '../books/sheet.ts'
import type { Tombstone } from '../expiry/tombstone.ts'
import { noPushIds, type PushIds } from '../store/push-ids.ts'
import type { GroupState } from '../store/state.ts'
import { ByteReader, type ByteWriter } from '../text/bytes.ts'
import type { FamilyHead, LabelPair, PlacedFamily } from '../text/family.ts'
import { familyTypes, type HeadOf, readTtl, reasonNumber, reasonOf, writeTtl } from './record.ts'

export interface Image {
  readonly pages: readonly Page[]
  readonly groups: readonly ImageGroup[]
  readonly tombstones: readonly Tombstone[]
}

export interface ImageGroup {
  readonly pairs: readonly LabelPair[]
  readonly state: GroupState
}

export type ImagePart =
  | ({ readonly part: 'block' } & StoredBlock)
  | ({ readonly part: 'group' } & ReadGroup)
  | { readonly part: 'tombstone'; readonly tombstone: Tombstone }

export interface StoredBlock {
  /** Of the family. */
  readonly name: string
  readonly block: BlockContent
  /** As of the page that it stood on. */
  readonly alike: boolean
}

/** A group whose lines are in the blocks that follow. */
export interface ReadGroup {
  readonly pairs: readonly LabelPair[]
  readonly pushedAtMs: number
  readonly failedAtMs: number
  readonly traceparent: string | undefined
  readonly ttlMs: number | undefined
  readonly pushIds: PushIds
  readonly families: readonly PlacedFamily[]
  /** The slots of the two times in their books. */
  readonly timeSlots: { readonly pushed: number; readonly failed: number }
}

/** Writes each part as one payload; the caller frames it. */
export function* imageParts(image: Image): Generator<(to: ByteWriter) => void> {
  const numbers = new Map<FamilyHead, number>()
  for (const group of image.groups) yield (to) => writeGroup(to, group, numbers)
  for (const { head, blocks, alike } of image.pages)
    for (let i = 0; i < blocks.count; i++) {
      yield (to) => writeBlock(to, { name: head.name, block: blocks.at(i), alike })
      blocks.giveBack(i) // It is written, and pushes need not go on in a copy.
    }
  for (const tombstone of image.tombstones) yield (to) => writeTombstone(to, tombstone)
}

function writeBlock(to: ByteWriter, { name, block, alike }: StoredBlock): void {
  const { bytes, rows, table } = block
  to.whole8(0)
  to.text(name)
  to.whole8(alike ? 1 : 0)
  to.whole32(rows)
  for (let row = 0; row < rows; row++) {
    const [number = 0, metric = 0, start = 0] = table.subarray(3 * row, 3 * row + 3)
    to.whole32(number - metric)
    to.whole32(metric)
    to.whole32(start)
  }
  to.sized(bytes)
}

function writeTombstone(to: ByteWriter, tombstone: Tombstone): void {
  to.whole8(2)
  to.pairs(tombstone.pairs)
  to.whole8(reasonNumber(tombstone))
  to.float(tombstone.atMs)
}

function writeGroup(
  to: ByteWriter,
  { pairs, state }: ImageGroup,
  numbers: Map<FamilyHead, number>,
): void {
  to.whole8(1)
  to.pairs(pairs)
  to.float(state.pushedAtMs)
  to.float(state.failedAtMs)
  to.text(state.traceparent ?? '')
  writeTtl(to, state.ttlMs)
  to.whole32(state.pushIds.length)
  for (const id of state.pushIds) to.text(id)
  to.whole32(slotOf(state.times.pushed))
  to.whole32(slotOf(state.times.failed))
  to.whole32(state.families.length)
  for (const family of state.families) {
    writeHead(to, family.head, numbers)
    to.whole32(slotOf(family))
    to.whole32(family.metricCount)
    to.whole32(family.seriesCount)
    to.whole32(family.sizeBytes)
    to.float(family.pushedAtMs)
    to.whole8((family.quoted ? 1 : 0) + (family.proto === undefined ? 0 : 2))
    for (const message of family.proto ?? []) to.sized(message)
  }
}

/** A head is written where it is first used; after that its number says which one it is. */
function writeHead(to: ByteWriter, head: FamilyHead, numbers: Map<FamilyHead, number>): void {
  const known = numbers.get(head)
  to.whole32(known ?? numbers.size)
  if (known !== undefined) return
  numbers.set(head, numbers.size)
  to.text(head.name)
  to.whole8(familyTypes.indexOf(head.type))
  to.whole8(head.help === undefined ? 0 : 1)
  to.text(head.help ?? '')
}

/** Reads payloads in the order in which they were written. */
export function createImageReader(headOf: HeadOf): (payload: Buffer) => ImagePart {
  const heads: FamilyHead[] = []
  return (payload) => {
    const from = new ByteReader(payload)
    const part = from.whole8()
    if (part === 0) return readBlock(from)
    return part === 2 ? readTombstone(from) : readGroup(from, { list: heads, headOf })
  }
}

interface Heads {
  readonly list: FamilyHead[]
  readonly headOf: HeadOf
}

function readBlock(from: ByteReader): ImagePart {
  const name = from.text()
  const alike = from.whole8() === 1
  const rows = from.whole32()
  const table = Uint32Array.from({ length: 3 * rows }, () => from.whole32())
  for (let row = 0; row < rows; row++)
    table[3 * row] = (table[3 * row] ?? 0) + (table[3 * row + 1] ?? 0)
  return { part: 'block', name, alike, block: { rows, table, bytes: from.view() } }
}

function readTombstone(from: ByteReader): ImagePart {
  const pairs = from.list(() => [from.text(), from.text()] as const)
  const reason = reasonOf(from.whole8())
  return { part: 'tombstone', tombstone: { pairs, reason, atMs: from.float() } }
}

function readGroup(from: ByteReader, heads: Heads): ImagePart {
  const pairs = from.list(() => [from.text(), from.text()] as const)
  const pushedAtMs = from.float()
  const failedAtMs = from.float()
  const traceparent = from.text() || undefined
  const ttlMs = readTtl(from)
  const idList = from.list(() => from.text())
  const pushIds = idList.length === 0 ? noPushIds : idList
  const timeSlots = { pushed: from.whole32(), failed: from.whole32() }
  const families = from.list(() => readFamily(from, heads))
  return {
    part: 'group',
    pairs,
    pushedAtMs,
    failedAtMs,
    traceparent,
    ttlMs,
    pushIds,
    timeSlots,
    families,
  }
}

function readFamily(from: ByteReader, heads: Heads): PlacedFamily {
  const head = readHead(from, heads)
  const slot = from.whole32()
  const metricCount = from.whole32()
  const seriesCount = from.whole32()
  const sizeBytes = from.whole32()
  const pushedAtMs = from.float()
  const flags = from.whole8()
  const hasProto = flags >= 2
  const proto = hasProto ? Array.from({ length: metricCount }, () => from.raw()) : undefined
  const quoted = flags % 2 === 1
  return { head, slot, metricCount, seriesCount, sizeBytes, pushedAtMs, quoted, proto }
}

function readHead(from: ByteReader, { list, headOf }: Heads): FamilyHead {
  const number = from.whole32()
  const known = list[number]
  if (known !== undefined) return known
  const name = from.text()
  const type = familyTypes[from.whole8()] ?? 'untyped'
  const hasHelp = from.whole8() === 1
  const help = from.text()
  const head = headOf({ name, type, help: hasHelp ? help : undefined })
  list[number] = head
  return head
}
