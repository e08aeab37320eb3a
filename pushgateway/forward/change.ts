/** What one published write changed in a group, as the lines that say so to a receiver. */
import { allFamilies } from '../scrape/exposed.ts'
import type { Admission } from '../store/store.ts'
import type { StoredFamily } from '../text/family.ts'

/** Holds its own lines: those of the store last until the next push only. */
export interface Change {
  /** The key of the group. */
  readonly group: string
  /** Families that are gone or have other series now, as they were. */
  readonly before: readonly FamilyLines[]
  /** Families that the write brought, the two times of the group among them. */
  readonly after: readonly FamilyLines[]
  readonly atMs: number
}

export interface FamilyLines {
  readonly name: string
  readonly seriesCount: number
  readonly bytes: Buffer
}

/** A series and its value, as places in the lines of a family. */
export interface Line {
  readonly bytes: Buffer
  readonly start: number
  /** The blank between series and value. */
  readonly blank: number
  /** The LF. */
  readonly end: number
  /** Whether the group has ceased to show the series. */
  readonly isGone: boolean
}

const blank = 0x20
const lineFeed = 0x0a
const quote = 0x22
const backslash = 0x5c

/** To be called before the write is shown: then the lines of both states are there. */
export function changeOf({ group, before, after }: Admission, atMs: number): Change {
  const old = new Map<string, StoredFamily>()
  for (const family of before === undefined ? [] : allFamilies(before))
    old.set(family.head.name, family)
  const fresh: FamilyLines[] = []
  for (const family of after === undefined ? [] : allFamilies(after)) {
    const { name } = family.head
    const previous = old.get(name)
    if (previous !== family) fresh.push(linesIn(family))
    if (previous !== undefined && hasSameSeries(previous, family)) old.delete(name)
  }
  return { group: group.key, before: [...old.values()].map(linesIn), after: fresh, atMs }
}

export function linesIn(family: StoredFamily): FamilyLines {
  const { head, seriesCount } = family
  return { name: head.name, seriesCount, bytes: Buffer.from(family.bytes()) }
}

/** Two changes of one group as if they had been one. */
export function joined(first: Change, second: Change): Change {
  const replaced = new Set([...second.before, ...second.after].map(({ name }) => name))
  const kept = first.after.filter(({ name }) => !replaced.has(name))
  const before = [...first.before, ...second.before]
  return { ...first, before, after: [...kept, ...second.after] }
}

/** At least as many samples as `linesOf` gives, and one for what gives none. */
export function sizeOf({ before, after }: Change): number {
  let size = 0
  for (const { seriesCount } of before) size += seriesCount
  for (const { seriesCount } of after) size += seriesCount
  return Math.max(size, 1)
}

/** Each series that was pushed, and each that is gone: none twice. */
export function* linesOf({ before, after }: Change): Generator<Line> {
  if (before.length > 0) yield* goneLines(before, after)
  for (const { bytes } of after) yield* linesAt(bytes)
}

/** Line by line, whatever the values; it runs at each push, so it copies nothing. */
function hasSameSeries(a: StoredFamily, b: StoredFamily): boolean {
  if (a === b) return true
  if (a.seriesCount !== b.seriesCount || a.metricCount !== b.metricCount) return false
  const right = b.bytes()
  let other = 0
  for (let metric = 0; metric < a.metricCount; metric++) {
    const left = a.metric(metric)
    for (let at = 0; at < left.length; ) {
      const size = sameSize({ left, at, right, other })
      if (size === 0) return false
      at = nextLine(left, at + size)
      other = nextLine(right, other + size)
    }
  }
  return true
}

/** How long the series is that two lines begin with; 0: they are not of the same. */
function sameSize(from: { left: Buffer; at: number; right: Buffer; other: number }): number {
  const { left, at, right, other } = from
  let inQuotes = false
  for (let i = 0; ; i++) {
    const letter = left[at + i]
    if (letter === undefined || letter !== right[other + i]) return 0
    if (letter === quote) inQuotes = !inQuotes
    else if (letter === blank && !inQuotes) return i
    else if (letter === backslash && left[at + ++i] !== right[other + i]) return 0
  }
}

function nextLine(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== lineFeed) at++
  return at + 1
}

function* goneLines(
  before: readonly FamilyLines[],
  after: readonly FamilyLines[],
): Generator<Line> {
  const told = new Set<string>()
  for (const { bytes } of after) for (const line of linesAt(bytes)) told.add(seriesOf(line))
  for (const { bytes } of before)
    for (const line of linesAt(bytes)) {
      const series = seriesOf(line)
      if (!told.has(series)) yield { ...line, isGone: true }
      told.add(series)
    }
}

const seriesOf = ({ bytes, start, blank: end }: Line) => bytes.toString('latin1', start, end)

function* linesAt(bytes: Buffer): Generator<Line> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, start)
    yield { bytes, start, blank: bytes.lastIndexOf(blank, end), end, isGone: false }
    start = end + 1
  }
}
