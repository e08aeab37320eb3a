/** Answers of Prometheus as Grafana's data frames. */
import { createDataFrame, type DataFrame, FieldType } from '@grafana/data'
import type { Target } from './dashboard.ts'
import type { Series } from './prometheus.ts'

/** A frame a series, named by the legend of the query. */
export function seriesFrames(
  target: Target,
  found: readonly Series[],
  stepMs: number,
): DataFrame[] {
  return found.map(({ metric, points }) =>
    createDataFrame({
      refId: target.refId,
      fields: [
        {
          name: 'Time',
          type: FieldType.time,
          values: points.map(([seconds]) => seconds * 1000),
          config: { interval: stepMs }, // Where a step has no sample the line ends.
        },
        {
          name: 'Value',
          type: FieldType.number,
          labels: { ...metric },
          values: points.map(([, value]) => value),
          config: { displayNameFromDS: legendOf(target, metric) },
        },
      ],
    }),
  )
}

function legendOf({ legendFormat = '', expr }: Target, metric: Series['metric']): string {
  if (legendFormat !== '')
    return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? '')
  const { __name__: name = '', ...labels } = metric
  const inner = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return inner.length === 0 ? name || expr : `${name}{${inner.join(', ')}}`
}

/** One frame with a row a series and a column a label. */
export function tableFrame(target: Target, found: readonly Series[], isAlone: boolean): DataFrame {
  const labels = [...new Set(found.flatMap(({ metric }) => Object.keys(metric)))].sort()
  const last = found.map(({ points }) => points.at(-1) ?? [0, Number.NaN])
  return createDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: last.map(([seconds]) => seconds * 1000) },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: found.map(({ metric }) => metric[label] ?? ''),
      })),
      {
        name: isAlone ? 'Value' : `Value #${target.refId}`,
        type: FieldType.number,
        values: last.map(([, value]) => value),
      },
    ],
  })
}

/** A field a bucket, from the lowest up, each without those below it. */
export function heatFrame(target: Target, found: readonly Series[]): DataFrame {
  const bound = ({ metric }: Series) => Number((metric['le'] ?? '').replace('Inf', 'Infinity'))
  const buckets = [...found].sort((a, b) => bound(a) - bound(b))
  const times = [...new Set(buckets.flatMap(({ points }) => points.map(([at]) => at)))].sort(
    (a, b) => a - b,
  )
  const counts = buckets.map(({ points }) => new Map(points))
  const countOf = (bucket: number, at: number) => counts[bucket]?.get(at) ?? 0
  return createDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: times.map((at) => at * 1000) },
      ...buckets.map((series, i) => ({
        name: series.metric['le'] ?? '',
        type: FieldType.number,
        values: times.map((at) => countOf(i, at) - (i === 0 ? 0 : countOf(i - 1, at))),
      })),
    ],
  })
}
