/** Rules that say nothing by their silence, because there was nothing to judge by. */
import type { Judged, JudgedSide } from './judge.ts'
import type { Failure } from './lives.ts'
import type { ReadRule } from './plan.ts'
import type { Lack } from './presence.ts'

export interface Unjudged {
  readonly rule: string
  readonly side: 'before' | 'after' | 'both'
  /** It is one of those that were changed. */
  readonly isChanged: boolean
  /** When its selectors found nothing. */
  readonly lacks: readonly Lack[]
  /** When its evaluation failed. */
  readonly failures: readonly Failure[]
}

export function unjudgedOf(
  { before, after, presence, window }: Judged,
  changed: ReadonlySet<string>,
): readonly Unjudged[] {
  const found = new Map<string, Unjudged>()
  const add = ({ evaluated, made }: JudgedSide, side: 'before' | 'after') => {
    for (const { rule, failures: all } of evaluated) {
      const lacks = presence.lacksOf(rule, made)
      const failures = all.filter(({ toMs }) => toMs > window.fromMs)
      if (lacks.length + failures.length === 0) continue
      const key = JSON.stringify([rule.rule.id, lacks, failures])
      const known = found.get(key)
      found.set(key, {
        ...{ rule: rule.rule.id, lacks, failures, isChanged: isOneOf(changed, rule) },
        side: known === undefined || known.side === side ? side : 'both',
      })
    }
  }
  add(before, 'before')
  add(after, 'after')
  return [...found.values()]
}

/** A rule of the same name that is not changed itself is evaluated for the sake of one that is. */
const isOneOf = (changed: ReadonlySet<string>, { rule }: ReadRule) => changed.has(rule.id)
