/** What a rule is made of, and in what two versions of it differ. */
import { formatDuration } from '#lib/duration'
import type { AlertRule, Rule, Templates } from '../rule.ts'
import type { PlacedRule } from './sides.ts'

export interface RuleChange {
  /** Group and name. */
  readonly rule: string
  readonly name: string
  readonly kind: 'changed' | 'new' | 'removed'
  readonly fields: readonly FieldChange[]
}

export interface FieldChange {
  readonly field: string
  /** Absent: it was not there, or is no more. */
  readonly before?: string
  readonly after?: string
}

type Definition = ReadonlyMap<string, string>

/** The one way in which an expression is written, so that spaces make no difference. */
export type Format = (expr: string) => string

/** In the order in which a rule file has them. */
function definitionOf({ rule, intervalMs, group }: PlacedRule, format: Format): Definition {
  return new Map([
    ['kind', rule.kind],
    ['expr', format(rule.expr)],
    ...(rule.kind === 'alert' ? alertFields(rule) : Object.entries(rule.labels).map(labelField)),
    ['interval', formatDuration(intervalMs)],
    ...(group.limit === 0 ? [] : [['limit', String(group.limit)] as const]),
  ])
}

const alertFields = (rule: AlertRule): readonly (readonly [string, string])[] => [
  ['for', formatDuration(rule.forMs)],
  ['keep_firing_for', formatDuration(rule.keepFiringForMs)],
  ...sources(rule.labels).map(labelField),
  ...sources(rule.annotations).map(([name, text]) => [`annotation ${name}`, text] as const),
]

const labelField = ([name, text]: readonly [string, string]) => [`label ${name}`, text] as const

const sources = (templates: Templates) =>
  Object.entries(templates).map(([name, { source }]) => [name, source] as const)

function fieldChanges(before: Definition, after: Definition): readonly FieldChange[] {
  const fields = new Set([...before.keys(), ...after.keys()])
  return [...fields].flatMap((field) => {
    const [one, other] = [before.get(field), after.get(field)]
    if (one === other) return []
    return [
      {
        field,
        ...(one === undefined ? {} : { before: one }),
        ...(other === undefined ? {} : { after: other }),
      },
    ]
  })
}

/** Every rule that is not on both sides as it is. */
export function changesBetween(
  before: readonly PlacedRule[],
  after: readonly PlacedRule[],
  format: Format,
): readonly RuleChange[] {
  const now = new Map(after.map((one) => [one.rule.id, one]))
  const then = new Map(before.map((one) => [one.rule.id, one]))
  const changed = before.flatMap((one): RuleChange[] => {
    const other = now.get(one.rule.id)
    if (other === undefined) return [{ ...headOf(one.rule), kind: 'removed', fields: [] }]
    const fields = fieldChanges(definitionOf(one, format), definitionOf(other, format))
    return fields.length === 0 ? [] : [{ ...headOf(one.rule), kind: 'changed', fields }]
  })
  const added = after
    .filter(({ rule }) => !then.has(rule.id))
    .map(({ rule }): RuleChange => ({ ...headOf(rule), kind: 'new', fields: [] }))
  return [...changed, ...added]
}

const headOf = ({ id, name }: Rule) => ({ rule: id, name })

/** The same text for rules that are the same, in whatever order their labels stand. */
export function definitionKey(one: PlacedRule, format: Format): string {
  const fields = [...definitionOf(one, format)].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([one.rule.id, one.rule.name, ...fields])
}
