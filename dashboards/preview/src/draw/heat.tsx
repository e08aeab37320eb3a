/** Heat maps, which Grafana's components do not draw: ours, by the same field config. */
import { formattedValueToString, getValueFormat } from '@grafana/data'
import type { Drawing } from '../drawing.ts'
import { NoData } from './no-data.tsx'
import { TimeAxis } from './time-axis.tsx'

const [axisHeight, nameWidth] = [24, 56]
/** Of Spectral, from little to much. */
const colors = [
  '#3288bd',
  '#66c2a5',
  '#abdda4',
  '#e6f598',
  '#fee08b',
  '#fdae61',
  '#f46d43',
  '#d53e4f',
]

export function Heat({ panel, frames: [frame], width, height, theme, range }: Drawing) {
  if (frame === undefined) return <NoData panel={panel} />
  const [time, ...buckets] = frame.fields
  const times: number[] = time?.values ?? []
  const most = Math.max(...buckets.flatMap(({ values }) => values), Number.MIN_VALUE)
  const [from, to] = [range.from.valueOf(), range.to.valueOf()]
  const x = (ms: number) => nameWidth + ((ms - from) / (to - from)) * (width - nameWidth)
  const cellHeight = (height - axisHeight) / buckets.length
  const cellWidth = Math.max(1, x((times[1] ?? 0) - (times[0] ?? 0) + from) - nameWidth)
  const y = (i: number) => height - axisHeight - (i + 1) * cellHeight
  const { primary: ink } = theme.colors.text
  return (
    <svg width={width} height={height} fontSize={11} role="img">
      <title>{panel.title}</title>
      {buckets.map(({ name, values }, i) => (
        <g key={name}>
          {i % 2 === 0 && (
            <text x={nameWidth - 6} y={y(i) + 8} textAnchor="end" fill={ink}>
              {nameOf(name, panel.options['yAxis']?.unit)}
            </text>
          )}
          {values.map((count: number, at) =>
            count > 0 ? (
              <rect
                key={times[at]}
                {...{ x: x(times[at] ?? 0), y: y(i), width: cellWidth, height: cellHeight - 1 }}
                fill={colors[Math.min(7, Math.floor((8 * count) / most))]}
              />
            ) : null,
          )}
        </g>
      ))}
      <TimeAxis {...{ x, range, ink }} y={height - axisHeight} />
    </svg>
  )
}

const nameOf = (le: string, unit: string) =>
  le === '+Inf' ? le : formattedValueToString(getValueFormat(unit)(Number(le)))
