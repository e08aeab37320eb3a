/** One rule at work: evaluated, its samples appended, its health known. */

import { messageOf } from '#lib/errors'
import { type AlertRun, createAlertRun, type Evaluated } from './alert-run.ts'
import { createReadings } from './insufficient.ts'
import { recordedSamples } from './record.ts'
import type { Rule } from './rule.ts'
import type { Element, RuleSettings, RulesWorld } from './world.ts'

export interface RuleRun {
  readonly rule: Rule
  /** Absent for a recording rule. */
  readonly alerts: AlertRun | undefined
  /** What the store has to learn. A failure leaves the alerts as they are; see `status`. */
  evaluate(atMs: number): Promise<Evaluated['changed']>
  status(): RuleStatus
}

export interface RuleStatus {
  readonly health: 'unknown' | 'ok' | 'err'
  readonly lastError?: string
  readonly tookMs: number
  readonly lastEvaluationMs: number | undefined
  /** Only where the last evaluation had too little to judge by. */
  readonly insufficient?: Insufficient
}

export interface Insufficient {
  /** It was there and well within a day; absent: not since the process started. */
  readonly reason: 'absent' | 'stale'
  readonly sinceMs: number
  /** The selectors that found nothing, as the rule writes them. */
  readonly selectors: readonly string[]
}

/** What was taken away on purpose is no news after that. */
const staleMsMax = 86_400_000

/** As much of the world as one rule needs. */
export type RuleRunWorld = Pick<
  RulesWorld,
  'clock' | 'tracer' | 'evaluate' | 'append' | 'externalLabels'
> & { readonly settings: Pick<RuleSettings, 'externalUrl' | 'resendDelayMs'> }

export function createRuleRun(rule: Rule, limit: number, world: RuleRunWorld): RuleRun {
  const { clock, tracer, evaluate, externalLabels, settings } = world
  const alerts =
    rule.kind === 'alert'
      ? createAlertRun(rule, { ...settings, tracer, evaluate, externalLabels, limit })
      : undefined
  let status: RuleStatus = { health: 'unknown', tookMs: 0, lastEvaluationMs: undefined }
  let hadSamples = false
  let insufficient: Insufficient | undefined
  /** Series that are there only while something is wrong never find anything well. */
  let wasWell = false

  const note = (elements: readonly Element[], selectors: readonly string[] | undefined) => {
    const atMs = clock.nowMs()
    wasWell ||= selectors === undefined && elements.length === 0
    const { sinceMs = atMs } = insufficient ?? {}
    const isForgotten = atMs - sinceMs > staleMsMax
    const reason = wasWell && !isForgotten ? 'stale' : 'absent'
    insufficient = selectors && { reason, sinceMs, selectors }
  }
  const attempt = async (atMs: number): Promise<Evaluated['changed']> => {
    const readings = createReadings()
    const elements = await evaluate(rule.expr, atMs, readings.watch)
    note(elements, readings.lacks(rule.expr))
    const { samples, changed } =
      rule.kind === 'record'
        ? { samples: recordedSamples(rule, elements, limit), changed: [] }
        : ((await alerts?.evaluate(elements, atMs)) ?? { samples: [], changed: [] })
    if (samples.length > 0 || hadSamples) await world.append({ rule: rule.id, atMs, samples })
    hadSamples = samples.length > 0
    return changed
  }
  return {
    rule,
    alerts,
    async evaluate(atMs) {
      const startedMs = clock.monotonicMs()
      const told = (health: 'ok' | 'err', error?: { lastError: string }) => {
        const tookMs = clock.monotonicMs() - startedMs
        const lacking = insufficient === undefined ? {} : { insufficient }
        status = { health, tookMs, lastEvaluationMs: clock.nowMs(), ...lacking, ...error }
      }
      try {
        const changed = await attempt(atMs)
        told('ok')
        return changed
      } catch (error) {
        told('err', { lastError: messageOf(error) })
        return []
      }
    },
    status: () => status,
  }
}
