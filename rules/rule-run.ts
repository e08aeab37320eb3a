/** One rule at work: evaluated, its samples appended, its health known. */

import { messageOf } from '#lib/errors'
import { type AlertRun, createAlertRun, type Evaluated } from './alert-run.ts'
import { recordedSamples } from './record.ts'
import type { Rule } from './rule.ts'
import type { RulesWorld } from './world.ts'

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
}

export function createRuleRun(rule: Rule, limit: number, world: RulesWorld): RuleRun {
  const { clock, tracer, evaluate, externalLabels, settings } = world
  const alerts =
    rule.kind === 'alert'
      ? createAlertRun(rule, { ...settings, tracer, evaluate, externalLabels, limit })
      : undefined
  let status: RuleStatus = { health: 'unknown', tookMs: 0, lastEvaluationMs: undefined }
  let hadSamples = false

  const attempt = async (atMs: number): Promise<Evaluated['changed']> => {
    const elements = await world.evaluate(rule.expr, atMs)
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
        status = { health, tookMs, lastEvaluationMs: clock.nowMs(), ...error }
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
