/** Why a rule fires, or does not, at a time: its tree with values, its samples, its verdict. */
import type { Matcher } from '#lib/matcher'
import { createReadings } from '../insufficient.ts'
import { rfc3339 } from '../postable.ts'
import type { Rule } from '../rule.ts'
import type { Evaluate, Watch } from '../world.ts'
import { createSeen, isEmpty } from './relevant.ts'
import { type UsedSample, usedSamples } from './samples.ts'
import { type ShownNode, shownTree } from './tree.ts'
import { alertsAt, type KnownAlert, type Verdict, verdictsOf } from './verdict.ts'
import { whyNot } from './why-not.ts'

export interface Explanation {
  readonly rule: string
  readonly name: string
  readonly expr: string
  readonly forSeconds?: number
  readonly keepFiringForSeconds?: number
  readonly time: string
  readonly verdicts: readonly Verdict[]
  /** Selectors that found nothing, so that the result means nothing. */
  readonly insufficientData?: readonly string[]
  /** Absent where the evaluator does not show its way. */
  readonly tree?: ShownNode
  readonly samples?: readonly UsedSample[]
}

export interface ExplainRequest {
  readonly atMs: number
  readonly matchers: readonly Matcher[]
  /** What is known now; absent for a time in the past. */
  readonly alerts?: readonly KnownAlert[] | undefined
  readonly evaluate: Evaluate
}

const reasonsMax = 10

export async function explain(rule: Rule, request: ExplainRequest): Promise<Explanation> {
  const { atMs, matchers, evaluate } = request
  const { name, expr } = rule
  const seen = createSeen(matchers)
  const readings = createReadings()
  const watch: Watch = (...what) => {
    seen.watch(...what)
    readings.watch(...what)
  }
  await evaluate(expr, atMs, watch)
  const root = seen.root()
  const given = { seen, expr }
  const reasons = root === undefined ? [] : [...new Set(whyNot(root, given))].slice(0, reasonsMax)
  const isTrue = root !== undefined && !isEmpty(seen.valueOf(root))
  const lacks = readings.lacks(expr)
  const head = { rule: rule.id, name, expr }
  const rest = {
    ...(lacks === undefined ? {} : { insufficientData: lacks }),
    ...(root === undefined
      ? {}
      : {
          tree: shownTree(root, given, atMs),
          samples: await usedSamples(root, given, { evaluate, atMs }),
        }),
  }
  if (rule.kind === 'record') return { ...head, time: rfc3339(atMs), verdicts: [], ...rest }
  const alerts = request.alerts ?? (await alertsAt(rule, { evaluate, atMs }))
  return {
    ...head,
    forSeconds: rule.forMs / 1000,
    keepFiringForSeconds: rule.keepFiringForMs / 1000,
    time: rfc3339(atMs),
    verdicts: verdictsOf(rule, alerts, { matchers, isTrue, reasons }),
    ...rest,
  }
}
