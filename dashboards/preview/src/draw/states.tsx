/** State timelines, which Grafana's components do not draw: ours, by the same field config. */
import { type Field, formattedValueToString, getFieldDisplayName } from '@grafana/data'
import { LegendDisplayMode, VizLegend } from '@grafana/ui'
import type { Drawing } from '../drawing.ts'
import { NoData } from './no-data.tsx'
import { TimeAxis } from './time-axis.tsx'

interface Band {
  readonly fromMs: number
  toMs: number
  readonly text: string
  readonly color: string
}

const [axisHeight, legendHeight] = [24, 28]

export function States({ panel, frames, width, height, theme, range }: Drawing) {
  if (frames.length === 0) return <NoData panel={panel} />
  const lines = frames.flatMap((frame) => {
    const [time, value] = frame.fields
    if (time === undefined || value === undefined) return []
    return [{ name: getFieldDisplayName(value, frame, frames), bands: bandsOf(time, value) }]
  })
  const { perPage = lines.length } = panel.options
  const page = lines.slice(0, perPage)
  const nameWidth = Math.min(width / 3, 8 + 7.2 * Math.max(...page.map(({ name }) => name.length)))
  const [from, to] = [range.from.valueOf(), range.to.valueOf()]
  const plotWidth = width - nameWidth - 8
  const lineHeight = (height - axisHeight - legendHeight) / page.length
  const x = (ms: number) => nameWidth + ((Math.max(ms, from) - from) / (to - from)) * plotWidth
  const { primary: ink } = theme.colors.text
  return (
    <div>
      <svg width={width} height={height - legendHeight} fontSize={12} role="img">
        <title>{panel.title}</title>
        {page.map(({ name, bands }, i) => (
          <g key={name} transform={`translate(0 ${i * lineHeight})`}>
            <text x={nameWidth - 8} y={lineHeight / 2 + 4} textAnchor="end" fill={ink}>
              {name}
            </text>
            {bands.map(({ fromMs, toMs, text, color }) => (
              <g key={fromMs}>
                <rect
                  {...{ x: x(fromMs), width: Math.max(1, x(toMs) - x(fromMs)), fill: color }}
                  {...{ y: lineHeight * 0.05, height: lineHeight * 0.9, fillOpacity: 0.7 }}
                />
                {x(toMs) - x(fromMs) > 8 * text.length && lineHeight > 12 && (
                  <text x={x(fromMs) + 4} y={lineHeight / 2 + 4} fill={ink}>
                    {text}
                  </text>
                )}
              </g>
            ))}
          </g>
        ))}
        <TimeAxis {...{ x, range, ink }} y={height - legendHeight - axisHeight} />
      </svg>
      <VizLegend
        displayMode={LegendDisplayMode.List}
        placement="bottom"
        items={legendOf(page.flatMap(({ bands }) => bands))}
      />
    </div>
  )
}

function legendOf(bands: readonly Band[]) {
  const colors = new Map(bands.map(({ text, color }) => [text, color]))
  return [...colors].map(([label, color]) => ({ label, color, yAxis: 1 }))
}

/** Equal neighbours are one band; where there is no sample there is none. */
function bandsOf(time: Field, value: Field): readonly Band[] {
  const times: number[] = time.values
  const steps = times.slice(1).map((at, i) => at - (times[i] ?? at))
  const stepMs = Math.min(...steps, 3_600_000)
  const bands: Band[] = []
  for (const [i, at] of times.entries()) {
    const shown = value.display?.(value.values[i])
    if (shown === undefined) continue
    const text = formattedValueToString(shown)
    const last = bands.at(-1)
    if (last !== undefined && last.text === text && at <= last.toMs + stepMs / 2)
      last.toMs = at + stepMs
    else bands.push({ fromMs: at, toMs: at + stepMs, text, color: shown.color ?? 'gray' })
  }
  return bands
}
