/** Label sets: the identity of series and alerts. */
import { createFnv1a } from './fnv1a.ts'

export type Labels = Readonly<Record<string, string>>

/** The same text for the same set, whatever the order; empty values count as absent. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(sortedPairs(labels))
}

/** Pairs by name, without empty values. */
export function sortedPairs(labels: Labels): [name: string, value: string][] {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** 16 hex digits that name a label set: the same that Prometheus and Alertmanager give it. */
export const fingerprint = (labels: Labels): string => fingerprintOfPairs(sortedPairs(labels))

/** The same of what `sortedPairs` gave. */
export function fingerprintOfPairs(pairs: readonly (readonly [string, string])[]): string {
  const fnv = createFnv1a()
  for (const [name, value] of pairs) {
    fnv.add(name)
    fnv.addByte(255)
    fnv.add(value)
    fnv.addByte(255)
  }
  return fnv.digest()
}

/** `{a="b", c="d"}` with Go-like quoting, sorted. */
export function formatLabels(labels: Labels): string {
  const pairs = sortedPairs(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`)
  return `{${pairs.join(', ')}}`
}

/** As a value stands between its quotes in Prometheus's text. Most have nothing to escape. */
export function escapeValue(value: string): string {
  if (!/["\\\n]/.test(value)) return value
  return value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')
}

/** What `escapeValue` wrote; any other letter stays as it is, and so does the backslash before. */
export function unescapeValue(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(["\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}
