/**
 * What a regex costs. It is matched in a time that grows with its program and with the text, and
 * neither stops on the way: so both are bounded.
 */

import { executionFault } from './values.ts'

/** As large as a list of names that fills a whole query; it takes a second to compile. */
const programMax = 70_000

/** Steps of one match, of which a second sees some ten millions. */
const stepsMax = 50_000_000

/** Undefined: the pattern may be compiled. */
export function patternFault(pattern: string): string | undefined {
  const size = programSize(pattern)
  return size > programMax
    ? `a regex of some ${size} instructions: at most ${programMax}`
    : undefined
}

/** What one match costs, in what takes a query as long as a sample; throws where it is too much. */
export function matchCost(size: number, text: string): number {
  const steps = size * text.length
  if (steps > stepsMax)
    throw executionFault(
      `a regex of ${size} instructions and ${text.length} characters are too much`,
    )
  return 1 + steps / 1000
}

/** A character, a class of them, or a repeat. */
const piece = new RegExp(
  [
    String.raw`\\(?:[pP](?:\{[^}]*\}|.)|x\{[^}]*\}|Q(?:[^\\]|\\[^E])*(?:\\E)?|[\s\S])`,
    String.raw`\[\^?\]?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]`,
    String.raw`\{(\d+)(?:,(\d*))?\}`,
    String.raw`[\s\S]`,
  ].join('|'),
  'g',
)

/** About how many instructions a pattern becomes: repeats stand as often as they may match. */
export function programSize(pattern: string): number {
  const open = [0]
  let last = 0
  for (const { 0: text, 1: least, 2: most } of pattern.matchAll(piece)) {
    const times = Number(most || least)
    if (text === '(') open.push(0)
    else if (text === ')' && open.length > 1) last = open.pop() ?? 0
    else if (least !== undefined) last *= Math.max(0, times - 1)
    else last = 1
    if (text !== '(') open.push((open.pop() ?? 0) + last)
  }
  return open.reduce((sum, size) => sum + size, 0)
}
