/** One group at work: its rules in order, then state stored, then alerts told. */
import type { PostableAlert } from '#api/alert'
import type { AlertRun } from './alert-run.ts'
import { postable } from './postable.ts'
import { groupKey, type RuleGroup } from './rule.ts'
import type { RuleMetrics } from './rule-metrics.ts'
import { createRuleRun, type RuleRun } from './rule-run.ts'
import type { StateSaver } from './state-saver.ts'
import type { StoredAlert } from './store/alert-store.ts'
import type { RulesWorld } from './world.ts'

export interface GroupRun {
  readonly group: RuleGroup
  readonly intervalMs: number
  readonly rules: readonly RuleRun[]
  /** Never rejects. `missed` is how many evaluations before this one did not happen. */
  evaluate(atMs: number, missed?: number): Promise<void>
  status(): { readonly tookMs: number; readonly lastEvaluationMs: number | undefined }
}

export interface GroupRunWorld extends RulesWorld {
  readonly saver: StateSaver
  readonly tell: (alerts: readonly PostableAlert[]) => void
  readonly ruleMetrics: RuleMetrics
}

export function createGroupRun(group: RuleGroup, world: GroupRunWorld): GroupRun {
  const { clock, settings, saver, ruleMetrics: metrics } = world
  const intervalMs = group.intervalMs || settings.intervalMs
  const rules = group.rules.map((rule) => createRuleRun(rule, group.limit, world))
  const key = { rule_group: groupKey(group) }
  let status: ReturnType<GroupRun['status']> = { tookMs: 0, lastEvaluationMs: undefined }
  metrics.interval.set(key, intervalMs / 1000)
  metrics.rules.set(key, rules.length)
  for (const counter of [metrics.evaluations, metrics.failures, metrics.missed]) counter.inc(key, 0)

  const evaluateRule = async (run: RuleRun, atMs: number): Promise<readonly StoredAlert[]> => {
    const before = run.status()
    const changed = await run.evaluate(atMs)
    metrics.evaluations.inc(key)
    const { health, lastError } = run.status()
    if (health === 'err') metrics.failures.inc(key)
    if (health === 'err' && lastError !== before.lastError)
      world.log.warn(
        { group: group.name, rule: run.rule.name, error: lastError },
        'Rule could not be evaluated; its alerts keep their state',
      )
    return changed
  }
  return {
    group,
    intervalMs,
    rules,
    async evaluate(atMs, missed = 0) {
      const startedMs = clock.monotonicMs()
      const changed: StoredAlert[] = []
      for (const run of rules) changed.push(...(await evaluateRule(run, atMs)))
      await saver.save(changed)
      for (const { rule, alerts } of rules)
        if (alerts !== undefined) tellDue(alerts, { expr: rule.expr, atMs })
      const tookMs = clock.monotonicMs() - startedMs
      status = { tookMs, lastEvaluationMs: clock.nowMs() }
      tellInsufficient()
      metrics.iterations.inc(key, 1 + missed)
      metrics.missed.inc(key, missed)
      metrics.lastEvaluation.set(key, atMs / 1000)
      metrics.lastDuration.set(key, tookMs / 1000)
    },
    status: () => status,
  }

  /** Rules of one name are one alert: it lacks data where any of them does. */
  function tellInsufficient(): void {
    const lacking = new Map<string, Set<string | undefined>>()
    for (const { rule, status } of rules) {
      if (rule.kind !== 'alert') continue
      const reasons = lacking.get(rule.name) ?? new Set()
      lacking.set(rule.name, reasons.add(status().insufficient?.reason))
    }
    for (const [alertname, reasons] of lacking) {
      const labels = { rulegroup: group.name, alertname }
      const isStale = reasons.has('stale')
      metrics.insufficientData.set(labels, Number(isStale || reasons.has('absent')))
      metrics.staleData.set(labels, Number(isStale))
    }
  }

  /** A failed evaluation tells too: an alert must not end because it could not be looked at. */
  function tellDue(alerts: AlertRun, { expr, atMs }: { expr: string; atMs: number }): void {
    const endsAtMs = atMs + 4 * Math.max(intervalMs, settings.resendDelayMs)
    const told = alerts.due(atMs).map((alert) => postable(alert, { ...world, expr, endsAtMs }))
    if (told.length > 0) world.tell(told)
  }
}
