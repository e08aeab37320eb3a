/** How bad an alert is, by its label `severity`, and which alerts differ in nothing else. */
import { type Labels, labelsKey } from '#lib/labels'

/** From the least on; words in one row are equally bad. */
const order: readonly (readonly string[])[] = [
  ['none', 'debug', 'ok'],
  ['info', 'information', 'informational', 'notice'],
  ['warning', 'warn', 'minor', 'low'],
  ['error', 'major', 'high', 'average'],
  ['critical', 'fatal', 'page', 'emergency', 'disaster'],
]

const ranks = new Map(order.flatMap((words, rank) => words.map((word) => [word, rank] as const)))

/** Undefined: a word that has no place in the order, or none at all. */
const rankOf = ({ severity = '' }: Labels) => ranks.get(severity.toLowerCase())

/** Whether one is worse than the other by words that both have a place in the order. */
export function isWorse(labels: Labels, than: Labels): boolean {
  const [rank, other] = [rankOf(labels), rankOf(than)]
  return rank !== undefined && other !== undefined && rank > other
}

/** The same for all alerts that differ in `severity` only. */
export function familyOf({ severity: _, ...others }: Labels): string {
  return labelsKey(others)
}
