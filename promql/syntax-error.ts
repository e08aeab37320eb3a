/** Errors of the language, placed as Prometheus places them: `1:5: parse error: …`. */
import { fault } from '#api/errors'

/** The text of an expression, and what is known of the query that asks for it. */
export interface SourceText {
  slice(from: number, to?: number): string
  /** What `step()` and `range()` stand for in a duration; 0 for one time. */
  readonly stepMs?: number
  readonly rangeMs?: number
}

/** Makes the error for what stands at `offset` of `source`. */
export function syntaxError(source: SourceText, offset: number, reason: string) {
  const before = source.slice(0, offset).split('\n')
  const column = (before.at(-1) ?? '').length + 1
  return fault('PROMQL_INVALID', { position: `${before.length}:${column}`, reason })
}
