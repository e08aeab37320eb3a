/** `absent` and `absent_over_time`: an element exactly when there is none. */
import type { Labels } from '#lib/labels'
import { type Expression, unwrap } from '../expression.ts'
import { labelSet, nameLabel, noLabels } from '../label-set.ts'
import { vectorOf } from '../values.ts'
import { type CallSite, elementsIn, type FunctionBody, matrixIn } from './call-site.ts'

export const presence: Readonly<Record<string, FunctionBody>> = {
  absent: (args, site) => oneUnless(elementsIn(args).length > 0, site),
  absent_over_time: (args, site) => oneUnless(matrixIn(args).series.length > 0, site),
}

function oneUnless(present: boolean, { call }: CallSite) {
  if (present) return vectorOf([])
  const labels = labelsAskedFor(call.args[0])
  return vectorOf([{ labels, value: 1, sampledAtMs: undefined, origin: undefined }])
}

/** What the selector demands by `=`, as far as it demands it once. */
function labelsAskedFor(arg: Expression | undefined): Labels {
  const expression = arg === undefined ? undefined : unwrap(arg)
  const selector = expression?.kind === 'range' ? expression.selector : expression
  if (selector?.kind !== 'selector') return noLabels
  const asked = new Map<string, string>()
  const seen = new Set<string>()
  for (const { name, operator, value } of selector.matchers) {
    if (name === nameLabel) continue
    if (operator === '=' && !seen.has(name)) {
      seen.add(name)
      asked.set(name, value)
    } else asked.delete(name)
  }
  return labelSet(asked)
}
