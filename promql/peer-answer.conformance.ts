/** Whether two answers of the HTTP API say the same. */

export interface Answer {
  readonly status: string
  readonly errorType?: string
  readonly error?: string
  readonly data?: { readonly resultType: string; readonly result: unknown }
  readonly warnings?: readonly string[]
  readonly infos?: readonly string[]
}

/** Undefined: they do; else both, as far as they count. */
export function difference(
  ours: Answer,
  theirs: Answer,
): { ours: object; theirs: object } | undefined {
  const [a, b] = [comparable(ours), comparable(theirs)]
  return isNear(a, b) ? undefined : { ours: a, theirs: b }
}

/** Without order, which Prometheus does not promise, and without the words of errors. */
function comparable({ status, errorType, data }: Answer): object {
  if (data === undefined) return { status, errorType }
  const { resultType, result } = data
  if (resultType !== 'vector' && resultType !== 'matrix') return { resultType, result }
  const series = result as { metric: Record<string, string> }[] // Of these two types it is a list.
  const byLabels = series.map((one) => [JSON.stringify(Object.entries(one.metric).sort()), one])
  return { resultType, result: Object.fromEntries(byLabels), count: series.length }
}

/** What is said of an answer, without its place in the query: Prometheus shows ten of a kind. */
export function annotationsIn({ warnings = [], infos = [] }: Answer): string[] {
  const all = [...warnings, ...infos].map((text) => text.replace(/ \(\d+:\d+\)$/, ''))
  return [...new Set(all)].sort()
}

function isNear(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b || isClose(+a, +b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return (
    left.size === right.size && [...left].every(([key, value]) => isNear(value, right.get(key)))
  )
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-12
}
