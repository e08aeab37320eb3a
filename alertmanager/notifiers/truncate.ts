/** Cuts a text to what a vendor takes: never inside a character, and with an ellipsis. */
import { Buffer } from 'node:buffer'

export interface Truncated {
  readonly text: string
  readonly truncated: boolean
}

const ellipsis = '…'
const ellipsisBytes = Buffer.byteLength(ellipsis)

/** At most `most` runes (code points); the ellipsis is one of them. */
export function truncateRunes(text: string, most: number): Truncated {
  if (text.length <= most) return whole(text)
  // `end` is where the last rune that leaves room for the ellipsis ends.
  let end = 0
  let runes = 0
  let at = 0
  for (const rune of text) {
    if (runes === most) return cut(text, { end, most, size: 1 })
    at += rune.length
    runes += 1
    if (runes < most) end = at
  }
  return whole(text)
}

/** At most `most` bytes of UTF-8; the ellipsis takes three of them. */
export function truncateBytes(text: string, most: number): Truncated {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= most) return whole(text)
  let end = 0
  let bytes = 0
  let at = 0
  for (const rune of text) {
    bytes += Buffer.byteLength(rune)
    if (bytes > most) return cut(text, { end, most, size: ellipsisBytes })
    at += rune.length
    if (bytes <= most - ellipsisBytes) end = at
  }
  return whole(text)
}

const whole = (text: string): Truncated => ({ text, truncated: false })

/** Where not even the ellipsis fits, nothing does. */
function cut(text: string, { end, most, size }: { end: number; most: number; size: number }) {
  return { text: most < size ? '' : text.slice(0, end) + ellipsis, truncated: true }
}
