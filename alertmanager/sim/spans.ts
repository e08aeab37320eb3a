/** Sets of instants: what is true from when until when. The oracle is made of them. */
export interface Span {
  readonly fromMs: number
  /** Not included. */
  readonly toMs: number
}

/** Sorted, apart from each other, none empty. */
export type Spans = readonly Span[]

export const never: Spans = []
export const span = (fromMs: number, toMs: number): Spans =>
  fromMs < toMs ? [{ fromMs, toMs }] : never

export function union(...all: readonly Spans[]): Spans {
  const sorted = all.flat().sort((a, b) => a.fromMs - b.fromMs)
  const joined: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of sorted) {
    const last = joined.at(-1)
    if (last === undefined || last.toMs < fromMs) joined.push({ fromMs, toMs })
    else last.toMs = Math.max(last.toMs, toMs)
  }
  return joined
}

export function not(spans: Spans): Spans {
  const edges = [Number.NEGATIVE_INFINITY, ...spans.flatMap((s) => [s.fromMs, s.toMs])]
  edges.push(Number.POSITIVE_INFINITY)
  return edges.flatMap((fromMs, i) => (i % 2 === 0 ? span(fromMs, edges[i + 1] ?? fromMs) : []))
}

export const both = (a: Spans, b: Spans): Spans =>
  a.flatMap((one) =>
    b.flatMap((other) => span(Math.max(one.fromMs, other.fromMs), Math.min(one.toMs, other.toMs))),
  )

export const without = (a: Spans, b: Spans): Spans => both(a, not(b))

export const covers = (spans: Spans, { fromMs, toMs }: Span): boolean =>
  fromMs >= toMs || spans.some((one) => one.fromMs <= fromMs && toMs <= one.toMs)

export const meets = (spans: Spans, { fromMs, toMs }: Span): boolean =>
  spans.some((one) => one.fromMs < toMs && fromMs < one.toMs)

/** The first instant from `fromMs` on at whose back `spans` have been true for `forMs`. */
export function lastingFrom(spans: Spans, fromMs: number, forMs: number): number | undefined {
  for (const one of spans) {
    const atMs = Math.max(fromMs, one.fromMs + forMs)
    if (atMs < one.toMs) return atMs
  }
  return undefined
}
