/** Courses over time, by Grafana's own TimeSeries, with marks of what happened. */
import { TimeSeries, type UPlotConfigBuilder } from '@grafana/ui'
import type { Drawing } from '../drawing.ts'
import type { Happening } from '../happenings.ts'
import { NoData } from './no-data.tsx'

export function Course({ panel, frames, width, height, range, happenings }: Drawing) {
  if (frames.length === 0) return <NoData panel={panel} />
  return (
    <TimeSeries
      {...{ frames, width, height, timeRange: range, legend: panel.options['legend'] }}
      timeZone="utc"
      options={panel.options}
    >
      {(builder) => <Marks builder={builder} happenings={happenings} />}
    </TimeSeries>
  )
}

interface MarksProps {
  readonly builder: UPlotConfigBuilder
  readonly happenings: readonly Happening[]
}

const marked = new WeakSet<UPlotConfigBuilder>()

/** Drawn with the plot itself, once a plot. */
function Marks({ builder, happenings }: MarksProps) {
  if (marked.has(builder)) return null
  marked.add(builder)
  builder.addHook('draw', ({ ctx, bbox, valToPos }) => {
    ctx.save()
    for (const { fromMs, toMs, color } of happenings) {
      const [left, right] = [valToPos(fromMs, 'x', true), valToPos(toMs, 'x', true)]
      ctx.fillStyle = color
      ctx.globalAlpha = 0.1
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
      ctx.globalAlpha = 1
      for (let down = 0; down < bbox.height; down += 8) ctx.fillRect(left, bbox.top + down, 1, 4)
      ctx.fillRect(left - 2, bbox.top + bbox.height, Math.max(right - left, 5), 4)
    }
    ctx.restore()
  })
  return null
}
