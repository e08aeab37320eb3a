/** Text of strangers, made fit for being looked at: short, and without letters that hide others. */
import type { LabelPair } from '../text/family.ts'

const lengthMax = 200

/** Control letters and those that turn the direction of writing. */
const hiding = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

export function shown(text: string, longest = lengthMax): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return cut.toWellFormed().replace(hiding, (letter) => {
    return `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`
  })
}

/** `{job="x", zone="a"}`. */
export function shownLabels(labels: readonly LabelPair[]): string {
  return `{${labels.map(([name, value]) => `${shown(name)}="${shown(value)}"`).join(', ')}}`
}
