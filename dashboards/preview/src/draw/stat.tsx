/** Figures, by Grafana's own BigValue. */
import { getFieldDisplayValues, VizOrientation } from '@grafana/data'
import { BigValue, VizRepeater } from '@grafana/ui'
import type { Drawing } from '../drawing.ts'

export function Stat({ panel, frames, width, height, theme }: Drawing) {
  const { reduceOptions, colorMode, graphMode, justifyMode, textMode } = panel.options
  const values = getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions,
    replaceVariables: (text) => text,
    theme,
    data: frames,
    sparkline: graphMode !== 'none',
    timeZone: 'utc',
  })
  return (
    <VizRepeater
      getValues={() => values}
      renderValue={({ value, width, height, count }) => (
        <BigValue
          {...{ value: value.display, width, height, theme, colorMode, graphMode }}
          {...{ justifyMode, textMode, sparkline: value.sparkline, count }}
        />
      )}
      {...{ width, height, source: frames, renderCounter: 0, autoGrid: true }}
      orientation={VizOrientation.Auto}
    />
  )
}
