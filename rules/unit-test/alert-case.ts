/** Whether the alerts that fire at a time are those that a case expects. */
import type { RuleRun } from '../rule-run.ts'
import { compareAlerts, sortedAlerts } from './order.ts'
import type { AlertCase, RulesTest, ShownAlert } from './test-file.ts'
import type { AlertVerdict } from './verdict.ts'
import { whyAlerts } from './why.ts'
import type { Bench } from './world.ts'

export interface AlertJudging {
  readonly test: RulesTest
  readonly runs: readonly RuleRun[]
  readonly bench: Bench
  /** Of the evaluation that the case looks at. */
  readonly atMs: number
  readonly explains: boolean
}

export async function judgeAlerts(
  one: AlertCase,
  { test, runs, bench, atMs, explains }: AlertJudging,
): Promise<AlertVerdict> {
  const { alertname } = one
  const named = runs.filter(({ rule }) => rule.kind === 'alert' && rule.name === alertname)
  const expected = sortedAlerts(one.expected)
  const found = sortedAlerts(named.flatMap(firing))
  const isAsExpected = areAlike(expected, found)
  const ground = { runs: named, bench, atMs }
  const why = isAsExpected || !explains ? [] : await whyAlerts({ expected, found }, ground)
  const about = { kind: 'alerts', case: one, test: test.name, alertname, atMs: one.atMs } as const
  return { ...about, isAsExpected, expected, found, why }
}

function areAlike(expected: readonly ShownAlert[], found: readonly ShownAlert[]): boolean {
  const isOther = (alert: ShownAlert, i: number) => {
    const other = found[i]
    return other === undefined || compareAlerts(alert, other) !== 0
  }
  return expected.length === found.length && !expected.some(isOther)
}

const firing = ({ alerts }: RuleRun): readonly ShownAlert[] =>
  (alerts?.alerts() ?? [])
    .filter(({ state }) => state === 'firing')
    .map(({ labels, annotations }) => ({ labels, annotations }))
