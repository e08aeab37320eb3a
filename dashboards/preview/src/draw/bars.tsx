/** Bars, by Grafana's own BarGauge. */
import {
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type VizOrientation,
} from '@grafana/data'
import { BarGauge, VizRepeater } from '@grafana/ui'
import type { Drawing } from '../drawing.ts'
import { NoData } from './no-data.tsx'

export function Bars({ panel, frames, width, height, theme }: Drawing) {
  const { reduceOptions, orientation, displayMode, valueMode, namePlacement, text } = panel.options
  if (frames.length === 0) return <NoData panel={panel} />
  const values = getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions,
    replaceVariables: (text) => text,
    theme,
    data: frames,
    timeZone: 'utc',
  })
  return (
    <VizRepeater
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width, height, alignmentFactors, orientation }) => (
        <BarGauge
          {...{ value: value.display, width, height, theme, alignmentFactors, displayMode, text }}
          field={value.field}
          {...(value.view === undefined
            ? {}
            : { display: value.view.getFieldDisplayProcessor(value.colIndex ?? 0) })}
          {...{ orientation, namePlacement, valueDisplayMode: valueMode, itemSpacing: 10 }}
        />
      )}
      {...{ width, height, source: frames, renderCounter: 0, itemSpacing: 10 }}
      {...{ minVizWidth: 8, minVizHeight: 16, maxVizHeight: 300 }}
      orientation={orientation as VizOrientation}
    />
  )
}
