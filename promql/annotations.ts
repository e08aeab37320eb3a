/** What a reader of a result should know, in Prometheus's words: it may not mean what was asked. */
import { formatShortest } from '#lib/go-number'
import type { Span } from './expression.ts'

export interface Annotation {
  readonly level: 'warning' | 'info'
  readonly text: string
}

/** `at` is what of the expression it is about. */
export type Annotate = (annotation: Annotation, at?: Span) => void

const warning = (text: string): Annotation => ({
  level: 'warning',
  text: `PromQL warning: ${text}`,
})
const info = (text: string): Annotation => ({ level: 'info', text: `PromQL info: ${text}` })
const named = (text: string, name: string) => `${text} ${JSON.stringify(name)}`

/** Undefined where the quantile is one. */
export function quantileFault(q: number): Annotation | undefined {
  if (q >= 0 && q <= 1) return undefined
  return warning(`quantile value should be between 0 and 1, got ${formatShortest(q)}`)
}

export function ratioCapped(given: number, ratio: number): Annotation {
  const found = `ratio value should be between -1 and 1, got ${formatShortest(given)}`
  return warning(`${found}, capping to ${ratio}`)
}

const counterEndings = ['_total', '_sum', '_count', '_bucket']

/** Undefined where the name is that of a counter, or there is none. */
export function counterDoubt(name: string | undefined): Annotation | undefined {
  if (name === undefined || counterEndings.some((ending) => name.endsWith(ending))) return undefined
  const rule = `name does not end in ${counterEndings.join('/')}:`
  return info(named(`metric might not be a counter, ${rule}`, name))
}

export function badBucket(bound: string, name: string): Annotation {
  const found = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(bound)}`
  return warning(named(`${found} for metric name`, name))
}

const pageUrl =
  'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile'

export function forcedMonotonic(name: string): Annotation {
  const what = `input to histogram_quantile needed to be fixed for monotonicity (see ${pageUrl})`
  return info(named(`${what} for metric name`, name))
}

export const sortOverRange = warning(
  'sort is ineffective for range queries since results are always ordered by labels',
)
