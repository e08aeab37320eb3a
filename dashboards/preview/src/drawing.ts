/** What every drawing of a panel is given. */
import type { DataFrame, GrafanaTheme2, TimeRange } from '@grafana/data'
import type { Panel } from './dashboard.ts'
import type { Happening } from './happenings.ts'

export interface Drawing {
  readonly panel: Panel
  /** At least one, unless the form says itself that there is nothing. */
  readonly frames: DataFrame[]
  readonly width: number
  readonly height: number
  readonly theme: GrafanaTheme2
  readonly range: TimeRange
  readonly happenings: readonly Happening[]
}
