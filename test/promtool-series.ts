/** How promtool's test files write `input_series`: `up{job="a"}` with `1 0+5x3 _x2 stale`. */
import type { Labels } from '#lib/labels'
import { readSeriesLine } from '#promql'

export interface NotedSeries {
  readonly name: string
  readonly labels: Labels
  /** One an interval; undefined where there is no sample. */
  readonly values: readonly (number | 'stale' | undefined)[]
}

export function parseSeries(series: string, values: string): NotedSeries {
  const noted = readSeriesLine(`${series} ${values}`)
  const { __name__: name = '', ...labels } = noted.labels
  return { name, labels, values: noted.values.map(floatOf) }
}

function floatOf(value: ReturnType<typeof readSeriesLine>['values'][number]) {
  if (value === 'histogram') throw new Error('native histograms are not supported')
  return value === 'blank' ? undefined : value
}
