/** The three questions of Prometheus's API that a dashboard asks. */
export type Labels = Readonly<Record<string, string>>

export interface Series {
  readonly metric: Labels
  readonly points: readonly (readonly [seconds: number, value: number])[]
}

interface Found {
  readonly metric: Labels
  readonly value?: readonly [number, string]
  readonly values?: readonly (readonly [number, string])[]
}

export async function atOnce(query: string, atMs: number): Promise<readonly Series[]> {
  return series(await ask('query', { query, time: `${atMs / 1000}` }))
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
}

export async function overTime(query: string, span: Span): Promise<readonly Series[]> {
  const { stepMs } = span
  const aligned = (ms: number) => `${(Math.floor(ms / stepMs) * stepMs) / 1000}`
  const window = { start: aligned(span.fromMs), end: aligned(span.toMs), step: `${stepMs / 1000}` }
  return series(await ask('query_range', { query, ...window }))
}

export async function valuesOf(label: string, selector: string, span: Span): Promise<string[]> {
  const window = { start: `${span.fromMs / 1000}`, end: `${span.toMs / 1000}` }
  return ask<string[]>(`label/${label}/values`, { 'match[]': selector, ...window })
}

const series = ({ result }: { result: readonly Found[] }): readonly Series[] =>
  result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    metric,
    points: values.map(([seconds, text]) => [seconds, numberOf(text)] as const),
  }))

const numberOf = (text: string) => Number(text.replace('Inf', 'Infinity'))

async function ask<Answer = { result: readonly Found[] }>(
  what: string,
  parameters: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(`/api/v1/${what}?${new URLSearchParams(parameters)}`)
  const { data, error } = await response.json()
  if (data === undefined) throw new Error(`${error}: ${parameters['query'] ?? what}`)
  return data
}
