/** A bounded part of a group's lines: whole families before it are skipped, not read. */
import type { MetricType } from '#api/sample'

export const linesPerPage = 500

/** A stored family as the pages need it. */
export interface LineSource {
  readonly name: string
  readonly type: MetricType
  readonly help: string | undefined
  readonly lineCount: number
  lines(range: { readonly from: number; readonly count: number }): readonly string[]
}

export interface FamilyLines extends Pick<LineSource, 'name' | 'type' | 'help' | 'lineCount'> {
  /** How many lines of the family stand before the first of these. */
  readonly from: number
  readonly lines: readonly string[]
}

export interface LineSlice {
  readonly families: readonly FamilyLines[]
  /** Of the whole group; the slice is `start` to `end - 1`. */
  readonly lineCount: number
  readonly start: number
  readonly end: number
  readonly page: number
  readonly pageCount: number
}

/** The last page where a later one is asked for. */
export function sliceLines(sources: readonly LineSource[], askedPage: number): LineSlice {
  const lineCount = sources.reduce((sum, source) => sum + source.lineCount, 0)
  const pageCount = Math.max(1, Math.ceil(lineCount / linesPerPage))
  const page = Math.min(askedPage, pageCount)
  const start = (page - 1) * linesPerPage
  const end = Math.min(start + linesPerPage, lineCount)
  const families: FamilyLines[] = []
  let before = 0
  for (const source of sources) {
    const from = Math.max(0, start - before)
    const count = Math.min(source.lineCount, end - before) - from
    before += source.lineCount
    if (count <= 0) continue
    const { name, type, help, lineCount: total } = source
    families.push({
      name,
      type,
      help,
      lineCount: total,
      from,
      lines: source.lines({ from, count }),
    })
  }
  return { families, lineCount, start, end, page, pageCount }
}
