/** Whether a scrape is in Prometheus's order: told by reading it, by nothing of the gateway's. */
import { unescapeValue } from '#lib/labels'

interface Place {
  readonly family: string
  readonly values: readonly string[]
}

/** How many lines stand behind one that they should stand before. For families without points. */
export function countOutOfOrder(text: Buffer): number {
  let [count, family] = [0, '']
  let last: Place = { family, values: [] }
  for (let at = 0; at < text.length; ) {
    const end = lineEnd(text, at)
    const line = text.toString('utf8', at, end)
    at = end + 1
    if (line.startsWith('# TYPE ')) {
      const name = line.slice(7, line.indexOf(' ', 7))
      if (name <= family) count++
      family = name
    }
    // Points of a summary are sorted as numbers, and with them their sum and count.
    if (line.startsWith('#') || !line.startsWith(`${family}{`) || line.includes('quantile='))
      continue
    const place = { family, values: valuesOf(line) }
    if (place.family === last.family && isAfter(last.values, place.values)) count++
    last = place
  }
  return count
}

function lineEnd(text: Buffer, at: number): number {
  const end = text.indexOf(10, at)
  return end < 0 ? text.length : end
}

function valuesOf(line: string): string[] {
  return [...line.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map(([, value = '']) => unescapeValue(value))
}

/** Fewer labels first, then by their values, as bytes: letters beyond 16 bits come last. */
function isAfter(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return a.length > b.length
  const i = a.findIndex((value, i) => value !== b[i])
  return i >= 0 && Buffer.compare(Buffer.from(a[i] ?? ''), Buffer.from(b[i] ?? '')) > 0
}
