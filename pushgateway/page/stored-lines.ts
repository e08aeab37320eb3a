/** The lines of a stored family as the pages read them. */
import type { StoredFamily } from '../text/family.ts'
import type { LineSource } from './group-lines.ts'

export function lineSourceOf(family: StoredFamily): LineSource {
  return {
    ...family.head,
    lineCount: family.seriesCount,
    lines: ({ from, count }) => linesOf(family, from, count),
  }
}

/** Where each metric is one line, only those asked for are looked up. */
function linesOf(family: StoredFamily, from: number, count: number): readonly string[] {
  const { metricCount, seriesCount } = family
  if (metricCount !== seriesCount) return linesIn(family.bytes(), from, count)
  const lines: string[] = []
  for (let i = from; i < Math.min(from + count, metricCount); i++)
    lines.push(...linesIn(family.metric(i), 0, 1))
  return lines
}

/** The lines before are only counted. */
function linesIn(bytes: Buffer, from: number, count: number): readonly string[] {
  const lines: string[] = []
  for (let at = 0, line = 0; line < from + count && at < bytes.length; line++) {
    const end = bytes.indexOf('\n', at)
    if (line >= from) lines.push(bytes.toString('utf8', at, end))
    at = end + 1
  }
  return lines
}
