/** The drawing of each type of panel. */
import type { FC } from 'react'
import type { Drawing } from '../drawing.ts'
import { Bars } from './bars.tsx'
import { Course } from './course.tsx'
import { Heat } from './heat.tsx'
import { Stat } from './stat.tsx'
import { States } from './states.tsx'
import { Table } from './table.tsx'

export const drawings: Readonly<Record<string, FC<Drawing>>> = {
  stat: Stat,
  bargauge: Bars,
  table: Table,
  timeseries: Course,
  'state-timeline': States,
  heatmap: Heat,
}

/** Grafana's components leave these to its application. */
export const drawnByUs: ReadonlySet<string> = new Set(['state-timeline', 'heatmap'])
