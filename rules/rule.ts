/** Rules as they are once read: checked, with durations in milliseconds and templates parsed. */
import type { Labels } from '#lib/labels'
import type { Template } from './text/template.ts'

export type Rule = AlertRule | RecordRule

export interface RuleGroup {
  readonly name: string
  readonly file: string
  /** Absent: the global evaluation interval. */
  readonly intervalMs?: number
  /** How many alerts or series one rule may yield; 0 is no limit. */
  readonly limit: number
  /** Evaluated in this order, so that a rule sees what those before it recorded. */
  readonly rules: readonly Rule[]
}

export interface AlertRule {
  readonly kind: 'alert'
  /** Group and name, with `#2` for the second of that name: what stored state hangs on. */
  readonly id: string
  readonly name: string
  readonly expr: string
  readonly forMs: number
  readonly keepFiringForMs: number
  readonly labels: Templates
  readonly annotations: Templates
}

export interface RecordRule {
  readonly kind: 'record'
  readonly id: string
  readonly name: string
  readonly expr: string
  readonly labels: Labels
}

export type Templates = Readonly<Record<string, Template>>

/** What `rule_group` says in metrics, as Prometheus forms it. */
export const groupKey = ({ file, name }: Pick<RuleGroup, 'file' | 'name'>) => `${file};${name}`
