/** Errors of the language, placed as Prometheus places them: `1:5: parse error: …`. */
import { fault } from '#api/errors'

/** Makes the error for what stands at `offset` of `source`. */
export function syntaxError(source: string, offset: number, reason: string) {
  const before = source.slice(0, offset).split('\n')
  const column = (before.at(-1) ?? '').length + 1
  return fault('PROMQL_INVALID', { position: `${before.length}:${column}`, reason })
}
