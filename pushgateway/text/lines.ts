/** Lines as a push brings them, and what can be found in a line without taking it apart. */
import type { FamilyHead, Lines, StoredFamily } from './family.ts'

/** The lines of all families of one push stand in one buffer. */
export class PushedLines implements Lines {
  readonly bytes: Buffer
  /** Where in `bytes` each metric begins, and the end of the last. */
  readonly starts: Uint32Array

  constructor(bytes: Buffer, starts: Uint32Array) {
    this.bytes = bytes
    this.starts = starts
  }

  metric(number: number): Buffer {
    return this.run(number, 1)
  }

  run(first: number, count: number): Buffer {
    return this.bytes.subarray(this.starts[first], this.starts[first + count])
  }
}

const code = (letter: string) => letter.charCodeAt(0)
const lineFeed = code('\n')
const quote = code('"')
const backslash = code('\\')
const closeBrace = code('}')
const blank = code(' ')

/** `name{labels}` of the line that stands for a metric: of a compound one, that is its count. */
export function identityOf(family: StoredFamily, metric: number): string {
  const lines = family.metric(metric)
  const start = identityStart(family.head, lines, 0, lines.length)
  return lines.toString('utf8', start, lines.lastIndexOf(blank))
}

/** Whether the family has a metric of that identity. */
export function holds(family: StoredFamily, identity: string): boolean {
  const lines = family.bytes()
  const wanted = Buffer.from(`${identity} `)
  for (let at = lines.indexOf(wanted); at >= 0; at = lines.indexOf(wanted, at + wanted.length))
    if (at === 0 || lines[at - 1] === lineFeed) return true
  return false
}

/** Whether two families show the same series in the same order, whatever the values. */
export function sameSeries(a: StoredFamily, b: StoredFamily): boolean {
  if (a.head !== b.head || a.metricCount !== b.metricCount || a.seriesCount !== b.seriesCount)
    return false
  for (let i = 0; i < a.metricCount; i++) {
    const [left, right] = [a.metric(i), b.metric(i)]
    const [at, other] = [
      { start: 0, end: left.length },
      { start: 0, end: right.length },
    ]
    if (!sameMetric(a.head, { bytes: left, ...at }, { bytes: right, ...other })) return false
  }
  return true
}

/** A metric somewhere in a buffer. */
export interface Span {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** Whether two metrics of one family are the same series. */
export function sameMetric(head: FamilyHead, a: Span, b: Span): boolean {
  const left = a.bytes
  const right = b.bytes
  let at = identityStart(head, left, a.start, a.end)
  let other = identityStart(head, right, b.start, b.end)
  for (let inQuotes = false; ; at++, other++) {
    const letter = left[at]
    if (letter !== right[other]) return false
    if (letter === quote) inQuotes = !inQuotes
    else if (letter === backslash && left[++at] !== right[++other]) return false
    else if (!inQuotes && (letter === closeBrace || letter === blank)) return true
  }
}

/** The last line of a compound metric is the one that every such metric has just once. */
export function identityStart(
  { type }: FamilyHead,
  bytes: Buffer,
  ...[start, end]: [start: number, end: number]
): number {
  if (type !== 'histogram' && type !== 'summary') return start
  return Math.max(start, bytes.lastIndexOf(lineFeed, end - 2) + 1)
}
