/** Stretches of time: sorted, apart from each other, each with its start and without its end. */

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export type Spans = readonly Span[]

/** In any order, and over each other. */
export function union(spans: Iterable<Span>): Spans {
  const sorted = [...spans].filter(({ fromMs, toMs }) => toMs > fromMs)
  sorted.sort((a, b) => a.fromMs - b.fromMs)
  const merged: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of sorted) {
    const last = merged.at(-1)
    if (last === undefined || last.toMs < fromMs) merged.push({ fromMs, toMs })
    else last.toMs = Math.max(last.toMs, toMs)
  }
  return merged
}

/** What of the spans lies in one of the others. */
export function both(spans: Spans, others: Spans): Spans {
  return spans.flatMap((span) =>
    others.flatMap((other) => {
      const fromMs = Math.max(span.fromMs, other.fromMs)
      const toMs = Math.min(span.toMs, other.toMs)
      return toMs > fromMs ? [{ fromMs, toMs }] : []
    }),
  )
}

export function contains(spans: Spans, atMs: number): boolean {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.toMs ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  const found = spans[low]
  return found !== undefined && found.fromMs <= atMs
}

export const lengthMs = (spans: Spans) =>
  spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
