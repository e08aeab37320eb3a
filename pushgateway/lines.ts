/**
 * Finds things in stored lines without taking them apart: what a series is called, and its order.
 */
import type { FamilyHead, Lines, StoredFamily } from './family.ts'

const code = (letter: string) => letter.charCodeAt(0)
const lineFeed = code('\n')
const quote = code('"')
const backslash = code('\\')
const openBrace = code('{')
const closeBrace = code('}')
const equals = code('=')
const letterN = code('n')
const blank = code(' ')

/** `name{labels}` of the line that stands for a metric: of a compound one, that is its count. */
export function identityOf({ head, lines }: StoredFamily, metric: number): string {
  const { bytes } = lines
  const start = identityStart(head, lines, metric)
  const end = endOfMetric(lines, metric)
  return bytes.toString('utf8', start, bytes.lastIndexOf(blank, end - 2))
}

/** Whether the family has a metric of that identity. */
export function holds(family: StoredFamily, identity: string): boolean {
  const { lines, first, end } = family
  const wanted = Buffer.from(`${identity} `)
  const last = lines.starts[end] ?? 0
  let at = lines.starts[first] ?? 0
  for (;;) {
    at = lines.bytes.indexOf(wanted, at)
    if (at < 0 || at >= last) return false
    if (at === 0 || lines.bytes[at - 1] === lineFeed) return true
    at += wanted.length
  }
}

/** Whether two families show the same series in the same order, whatever the values. */
export function sameSeries(a: StoredFamily, b: StoredFamily): boolean {
  const metrics = a.end - a.first
  if (a.head !== b.head || metrics !== b.end - b.first || a.seriesCount !== b.seriesCount)
    return false
  for (let i = 0; i < metrics; i++) if (!sameMetric(a, b, i)) return false
  return true
}

function sameMetric(a: StoredFamily, b: StoredFamily, i: number): boolean {
  const { bytes: left } = a.lines
  const { bytes: right } = b.lines
  let at = identityStart(a.head, a.lines, a.first + i)
  let other = identityStart(b.head, b.lines, b.first + i)
  for (let inQuotes = false; ; at++, other++) {
    const letter = left[at]
    if (letter !== right[other]) return false
    if (letter === quote) inQuotes = !inQuotes
    else if (letter === backslash && left[++at] !== right[++other]) return false
    else if (!inQuotes && (letter === closeBrace || letter === blank)) return true
  }
}

/**
 * Prometheus's order of series in a family: fewer labels first, then by the labels' values, each
 * compared byte by byte. Names decide only where all values are alike.
 */
export function compareMetrics(
  family: StoredFamily,
  metric: number,
  than: { readonly of: StoredFamily; readonly metric: number },
): number {
  const left = family.lines.bytes
  const right = than.of.lines.bytes
  let at = labelsStart(family.head, family.lines, metric)
  let other = labelsStart(than.of.head, than.of.lines, than.metric)
  let order = 0
  let inQuotes = false
  // Most of two lines is alike, and one look at each byte finds where they part.
  while (left[at] === right[other]) {
    const letter = left[at]
    if (letter === quote) inQuotes = !inQuotes
    else if (letter === backslash) {
      if (left[at + 1] !== right[other + 1]) break
      at++
      other++
    } else if (!inQuotes && (letter === closeBrace || letter === blank)) return 0
    at++
    other++
  }
  if (inQuotes) order = valueByte(left, at) - valueByte(right, other)
  const counts = quotesFrom(left, at, inQuotes) - quotesFrom(right, other, inQuotes)
  if (counts !== 0) return counts
  return order === 0 ? compareSlowly(left.subarray(at), right.subarray(other)) : order
}

/** The end of a value is before every byte that could follow. */
function valueByte(bytes: Buffer, at: number): number {
  const letter = bytes[at] ?? 0
  if (letter === quote) return -1
  if (letter !== backslash) return letter
  return bytes[at + 1] === letterN ? lineFeed : (bytes[at + 1] ?? 0)
}

/** How many quotes open or close until the labels end. */
function quotesFrom(bytes: Buffer, start: number, startsInQuotes: boolean): number {
  let count = 0
  let inQuotes = startsInQuotes
  for (let at = start; at < bytes.length; at++) {
    const letter = bytes[at]
    if (letter === quote) {
      count++
      inQuotes = !inQuotes
    } else if (letter === backslash) at++
    else if (!inQuotes && (letter === closeBrace || letter === blank)) return count
  }
  return count
}

/** The lines part inside a name: their values decide, and only then the names. */
function compareSlowly(left: Buffer, right: Buffer): number {
  const [a, b] = [valuesFrom(left), valuesFrom(right)]
  for (let i = 0; i < a.length; i++) {
    const order = Buffer.compare(a[i] ?? Buffer.alloc(0), b[i] ?? Buffer.alloc(0))
    if (order !== 0) return order
  }
  return Buffer.compare(left, right)
}

function valuesFrom(bytes: Buffer): Buffer[] {
  const values: Buffer[] = []
  for (let at = 0; at < bytes.length && bytes[at] !== closeBrace && bytes[at] !== lineFeed; at++) {
    if (bytes[at] !== equals) continue
    const start = at + 2
    for (at = start; bytes[at] !== quote && at < bytes.length; at++)
      if (bytes[at] === backslash) at++
    values.push(bytes.subarray(start, at))
  }
  return values
}

function labelsStart(head: FamilyHead, lines: Lines, metric: number): number {
  const { bytes } = lines
  let at = identityStart(head, lines, metric)
  while (bytes[at] !== openBrace && bytes[at] !== blank) at++
  return at
}

/** The last line of a compound metric is the one that every such metric has just once. */
function identityStart({ type }: FamilyHead, lines: Lines, metric: number): number {
  const start = lines.starts[metric] ?? 0
  if (type !== 'histogram' && type !== 'summary') return start
  return Math.max(start, lines.bytes.lastIndexOf(lineFeed, endOfMetric(lines, metric) - 2) + 1)
}

const endOfMetric = ({ starts }: Lines, metric: number) => starts[metric + 1] ?? 0
