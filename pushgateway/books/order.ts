/** The order of a book: where a metric stands among those of its name. */
import type { FamilyHead } from '../text/family.ts'
import { identityStart, type Span } from '../text/lines.ts'
import { orderKey } from './order-key.ts'

const code = (letter: string) => letter.charCodeAt(0)
const quote = code('"')
const backslash = code('\\')
const closeBrace = code('}')
const equals = code('=')
const blank = code(' ')

export type Compare = (head: FamilyHead, a: Span, b: Span) => number

/** Right for any two metrics. */
export const compareAny: Compare = (head, a, b) => {
  const [left, right] = [keyOf(head, a), keyOf(head, b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * Right for metrics with the same names of labels and nothing escaped: the first letter in which
 * they differ is in a value, and the end of a value comes before all letters.
 */
export const compareAlike: Compare = (head, a, b) => {
  const { bytes: left } = a
  const { bytes: right } = b
  let at = identityStart(head, left, a.start, a.end)
  let other = identityStart(head, right, b.start, b.end)
  while (at < a.end && left[at] === right[other]) {
    at++
    other++
  }
  const [letter = 0, otherLetter = 0] = [left[at], right[other]]
  return (letter === quote ? -1 : letter) - (otherLetter === quote ? -1 : otherLetter)
}

/** Whether `compareAlike` is right for these two. */
export function areAlike(head: FamilyHead, a: Span, b: Span): boolean {
  const { bytes: left } = a
  const { bytes: right } = b
  let at = identityStart(head, left, a.start, a.end)
  let other = identityStart(head, right, b.start, b.end)
  for (;;) {
    const letter = left[at]
    if (letter !== right[other]) return false
    if (letter === closeBrace || letter === blank) return true
    if (letter === quote) {
      if (left[at - 1] !== equals) return false // A name in quotes, not a value.
      at = endOfValue(left, at + 1, a.end)
      other = endOfValue(right, other + 1, b.end)
      if (at < 0 || other < 0) return false
    }
    at++
    other++
  }
}

/** -1 where something is escaped. */
function endOfValue(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === quote) return at
    if (bytes[at] === backslash) return -1
  }
  return -1
}

function keyOf(head: FamilyHead, { bytes, start, end }: Span): string {
  const from = identityStart(head, bytes, start, end)
  return orderKey(bytes.toString('latin1', from, end))
}
