/** A rule file as plain objects: to write parts of it as files of their own. */
import { parse as parseYaml } from 'yaml'
import { parseDurationMs } from '#lib/duration'
import type { Expression } from '#promql'

export interface PlainFile {
  readonly groups: readonly PlainGroup[]
}

interface PlainGroup {
  readonly name: string
  readonly rules?: readonly PlainRule[] | null
}

export interface PlainRule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly keep_firing_for?: string
}

export function readPlainFile(text: string): PlainFile {
  // What is no rule file promtool refuses later.
  const file = parseYaml(text, { merge: true }) as Partial<PlainFile> | null
  return { groups: file?.groups ?? [] }
}

export const rulesOf = ({ groups }: PlainFile): readonly PlainRule[] =>
  groups.flatMap(({ rules }) => rules ?? [])

export const nameOf = ({ alert, record = '' }: PlainRule) => alert ?? record

/** The file with those of its rules only. */
export const withRules = (
  { groups }: PlainFile,
  isKept: (rule: PlainRule) => boolean,
): PlainFile => ({
  groups: groups.map((group) => ({ ...group, rules: (group.rules ?? []).filter(isKept) })),
})

/** How long a rule waits until it fires, and until it resolves. */
export const waitMsOf = ({ for: wait = '0', keep_firing_for: keep = '0' }: PlainRule): number =>
  Math.max(parseDurationMs(String(wait)) ?? 0, parseDurationMs(String(keep)) ?? 0)

/** The windows that an expression looks back over. */
export function rangesIn(expression: Expression): readonly number[] {
  switch (expression.kind) {
    case 'range':
      return [expression.rangeMs]
    case 'subquery':
      return rangesIn(expression.expression)
    case 'paren':
      return rangesIn(expression.inner)
    case 'unary':
    case 'aggregation':
      return rangesIn(expression.operand)
    case 'binary':
      return [...rangesIn(expression.left), ...rangesIn(expression.right)]
    case 'call':
      return expression.args.flatMap(rangesIn)
    default:
      return []
  }
}
