/** Which groups add up what is pushed to them: those that `--push.aggregate` selects. */
import type { Setting } from '#lib/config'
import { type Matcher, matchesAll } from '#lib/matcher'
import { parseSelector } from '#lib/selector'
import type { LabelPair } from '../text/family.ts'

export interface AddUpRule {
  /** As it was given. */
  readonly selector: string
  readonly matchers: readonly Matcher[]
}

/** Several rules in one text, as the environment has them, stand on a line each. */
export const addUpRules = (
  options: Omit<Setting<readonly AddUpRule[]>, 'parse' | 'default'>,
): Setting<readonly AddUpRule[]> => ({
  ...options,
  default: [],
  repeats: true,
  show: (rules) => rules.map(({ selector }) => selector).join('\n'),
  parse: (raw) => {
    const given = Array.isArray(raw) ? raw.map(String) : String(raw).split('\n')
    return given.filter((line) => line.trim() !== '').map(parseRule)
  },
})

/** Whether pushes to the group of these labels add up. */
export type AddsUp = (pairs: readonly LabelPair[]) => boolean

export function createAddsUp(rules: readonly AddUpRule[]): AddsUp {
  if (rules.length === 0) return () => false
  return (pairs) => {
    const labels = Object.fromEntries(pairs)
    return rules.some(({ matchers }) => matchesAll(matchers, labels))
  }
}

function parseRule(selector: string): AddUpRule {
  const matchers = parseSelector(selector)
  if (matchers.length > 0) return { selector, matchers }
  throw new Error(`expected labels such as job="ci", found "${selector}"`)
}
