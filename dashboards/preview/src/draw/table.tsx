/** Tables, by Grafana's own. */
import { TableNG } from '@grafana/ui/unstable'
import type { Drawing } from '../drawing.ts'
import { NoData } from './no-data.tsx'

export function Table({ panel, frames: [frame], width, height, range }: Drawing) {
  if (frame === undefined || frame.length === 0) return <NoData panel={panel} />
  const { cellHeight, sortBy, showHeader } = panel.options
  return (
    <TableNG
      {...{ data: frame, width, height, timeRange: range, cellHeight, sortBy }}
      noHeader={!showHeader}
      fieldConfig={panel.fieldConfig}
      noValue={panel.fieldConfig.defaults.noValue}
      enableVirtualization={false}
    />
  )
}
