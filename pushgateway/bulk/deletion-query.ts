/** Which groups a mass deletion is about: read so that a slip never means all of them. */
import { type Matcher, matchesAll } from '#lib/matcher'
import { parseSelector } from '#lib/selector'
import { attempt, refused } from '../query-fault.ts'
import type { LabelPair } from '../text/family.ts'

export interface DeletionQuery {
  readonly selects: (pairs: readonly LabelPair[]) => boolean
  /** Whether it is only said what would go. */
  readonly isDryRun: boolean
}

const selectorsMax = 64
const names: ReadonlySet<string> = new Set(['match[]', 'dry_run'])

export function parseDeletionQuery(text: string | undefined): DeletionQuery {
  const given = new URLSearchParams(text ?? '')
  const unknown = [...given.keys()].find((name) => !names.has(name))
  if (unknown !== undefined) throw refused(`"${unknown}" is neither match[] nor dry_run`)
  const selectors = given.getAll('match[]')
  if (selectors.length === 0) throw refused('match[] is missing; {job!=""} selects every group')
  if (selectors.length > selectorsMax) throw refused(`match[] is given over ${selectorsMax} times`)
  const parsed = selectors.map(parseOne)
  return {
    isDryRun: isTrue(given.get('dry_run')),
    selects(pairs) {
      const labels = Object.fromEntries(pairs)
      return parsed.some((matchers) => matchesAll(matchers, labels))
    },
  }
}

/** As in Prometheus, one matcher at least must not match what is empty. */
function parseOne(selector: string): readonly Matcher[] {
  const matchers = attempt(() => parseSelector(selector))
  if (matchers.some((matcher) => !matcher.matches({}))) return matchers
  const shown = selector || 'an empty match[]'
  throw refused(`${shown} matches a group without labels, so nearly any; add one such as job!=""`)
}

function isTrue(text: string | null): boolean {
  if (text === null || text === 'false') return false
  if (text === 'true') return true
  throw refused('dry_run is true or false')
}
