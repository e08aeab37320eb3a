/** What every panel says of itself, whatever its form. */
import {
  type DashboardLinkBuilder,
  MappingType,
  SpecialValueMatch,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import type { Limit } from '../limits.ts'
import { boardLink, type Lead, runbookLink } from '../links.ts'

/** Grafana's unit ids. */
export type Unit =
  | ('short' | 'none' | 'bytes' | 'Bps' | 'bps' | 'ops' | 'iops' | 'pps' | 's' | 'd' | 'h')
  | ('percent' | 'percentunit' | 'celsius' | 'watt' | 'volt' | 'rotrpm' | 'dateTimeFromNow')
  // Packets that are few (as `pps` a tenth is 100 mp/s), and days that stay days.
  | ('count:p/s' | 'suffix:d')

export interface Plan {
  readonly title: string
  /** What it means and what to do when it is bad: one or two sentences. */
  readonly description: string
  readonly unit: Unit
  /** Where its alert begins; brings the runbook as a link. */
  readonly limit?: Limit
  /** The dashboard that says more. */
  readonly leadsTo?: Lead
  /** Shown where an empty answer is normal; absent: there has to be an answer. */
  readonly empty?: string
  /** Of the largest value that is drawn; percentages have one anyway. */
  readonly max?: number
  /** Of a share that is small when it is bad: the scale ends here, unless a value is larger. */
  readonly softMax?: number
  /** Absent: one of a percentage, and as many as Grafana finds fit of all else. */
  readonly decimals?: number
  /** Columns of 24. */
  readonly span?: number
}

export interface Query {
  readonly expr: string
  /** How a series is named: `{{pool}}`. */
  readonly legend?: string
  /** Not measured: a forecast. */
  readonly isDashed?: boolean
}

export type Queries = string | readonly Query[]

export function queries(list: Queries, legend = ''): readonly DataqueryBuilder[] {
  const all = typeof list === 'string' ? [{ expr: list, legend }] : list
  return all.map((query, i) =>
    new DataqueryBuilder()
      .expr(query.expr)
      .legendFormat(query.legend ?? legend)
      .refId(refIdOf(i)),
  )
}

export const refIdOf = (i: number) => String.fromCharCode(65 + i)

/** Text for an empty answer. */
export const emptyText = ({ empty }: Pick<Plan, 'empty'>) => empty ?? 'no data'

export function panelLinks({ limit, leadsTo }: Plan): DashboardLinkBuilder[] {
  return [
    ...(limit === undefined ? [] : [runbookLink(limit.alert)]),
    ...(leadsTo === undefined ? [] : [boardLink(leadsTo)]),
  ]
}

export interface Scale {
  readonly min?: 0
  readonly max?: number
}

/** Ends of the scale: those of a percentage are known. */
export function scaleOf(plan: Pick<Plan, 'unit' | 'max' | 'softMax'>): Scale {
  const { unit, max, softMax } = plan
  if (softMax !== undefined) return { min: 0 }
  const most = max ?? (unit === 'percent' ? 100 : unit === 'percentunit' ? 1 : undefined)
  if (most !== undefined) return { min: 0, max: most }
  return unit === 'celsius' || unit === 'dateTimeFromNow' ? {} : { min: 0 }
}

/** Text for an empty answer, in no colour: the lowest step of a limit may be an alarm. */
export const emptyMapping = (text: string): ValueMapping => ({
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.Null, result: { text, color: 'text', index: 99 } },
})

/** A share of 100 needs no more to be read. */
export function decimalsOf({ unit, decimals }: Pick<Plan, 'unit' | 'decimals'>) {
  return decimals ?? (unit === 'percent' || unit === 'percentunit' ? 1 : undefined)
}

/** `neutral`: the colour where nothing is bad, which is not good either. */
export function steps(limit: Limit | undefined, neutral = 'text'): ThresholdsConfigBuilder {
  const list = stepsOf(limit, neutral)
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(list)
}

interface Step {
  readonly value: number | null
  readonly color: string
}

/** From the lowest value up, as Grafana takes them. */
export function stepsOf(limit: Limit = { alert: '' }, neutral = 'text'): Step[] {
  const { warnFrom, badFrom, warnBelow, badBelow } = limit
  if (badBelow !== undefined || warnBelow !== undefined) {
    const good = { value: warnBelow ?? badBelow ?? null, color: 'green' }
    const warn = { value: badBelow ?? null, color: 'orange' }
    const bad = { value: null, color: 'red' }
    if (warnBelow === undefined) return [bad, good]
    return badBelow === undefined ? [warn, good] : [bad, warn, good]
  }
  return [
    { value: null, color: (warnFrom ?? badFrom) === undefined ? neutral : 'green' },
    ...(warnFrom === undefined ? [] : [{ value: warnFrom, color: 'orange' }]),
    ...(badFrom === undefined ? [] : [{ value: badFrom, color: 'red' }]),
  ]
}
