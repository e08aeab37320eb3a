/** Takes the labels of a stored line apart, in the order in which a receiver wants them. */
import type { Line } from './change.ts'

/** Bytes of UTF-8 that stand somewhere in a buffer. */
export interface Text {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

export interface Label {
  readonly name: Text
  readonly value: Text
}

const code = (letter: string) => letter.charCodeAt(0)
const [quote, backslash, comma, equals] = [code('"'), code('\\'), code(','), code('=')]
const [openBrace, closeBrace] = [code('{'), code('}')]
const [letterN, lineFeed] = [code('n'), code('\n')]

const nameBytes = Buffer.from('__name__')
const nameOfName: Text = { bytes: nameBytes, start: 0, end: nameBytes.length }

/** Sorted by name, `__name__` among them; a label without a value is none, and left out. */
export function labelsOf({ bytes, start, blank }: Line): readonly Label[] {
  const labels: Label[] = []
  let at = start
  while (at < blank && bytes[at] !== openBrace) at++
  if (at > start) insert(labels, { name: nameOfName, value: { bytes, start, end: at } })
  for (at++; at < blank && bytes[at] !== closeBrace; ) {
    const name = nameAt(bytes, at)
    at = name.next
    // A name of a metric that needs quotes stands alone among the labels.
    const isAlone = bytes[at] !== equals
    const value = isAlone ? name : quotedAt(bytes, at + 1)
    at = value.next
    if (bytes[at] === comma) at++
    const isEmpty = value.text.start === value.text.end
    if (!isEmpty) insert(labels, { name: isAlone ? nameOfName : name.text, value: value.text })
  }
  return labels
}

interface Found {
  readonly text: Text
  readonly next: number
}

function nameAt(bytes: Buffer, start: number): Found {
  if (bytes[start] === quote) return quotedAt(bytes, start)
  const end = bytes.indexOf(equals, start)
  return { text: { bytes, start, end }, next: end }
}

function quotedAt(bytes: Buffer, open: number): Found {
  let isEscaped = false
  let at = open + 1
  for (; at < bytes.length && bytes[at] !== quote; at++)
    if (bytes[at] === backslash) {
      isEscaped = true
      at++
    }
  const text = { bytes, start: open + 1, end: at }
  return { text: isEscaped ? unescaped(text) : text, next: at + 1 }
}

function unescaped({ bytes, start, end }: Text): Text {
  const plain = Buffer.allocUnsafe(end - start)
  let size = 0
  for (let at = start; at < end; at++) {
    const isEscape = bytes[at] === backslash
    if (isEscape) at++
    const letter = bytes[at] ?? 0
    plain[size++] = isEscape && letter === letterN ? lineFeed : letter
  }
  return { bytes: plain, start: 0, end: size }
}

/** The lines are sorted but for the name and the last label, so this looks at few. */
function insert(labels: Label[], label: Label): void {
  let at = labels.length
  for (; at > 0; at--) {
    const before = labels[at - 1]
    if (before === undefined || compareTexts(before.name, label.name) <= 0) break
  }
  if (at === labels.length) labels.push(label)
  else labels.splice(at, 0, label)
}

function compareTexts(a: Text, b: Text): number {
  const sizeA = a.end - a.start
  const sizeB = b.end - b.start
  for (let i = 0; i < sizeA && i < sizeB; i++) {
    const order = (a.bytes[a.start + i] ?? 0) - (b.bytes[b.start + i] ?? 0)
    if (order !== 0) return order
  }
  return sizeA - sizeB
}
