/** Unit tests of rules as promtool has them, run by ours: what was found at each case. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { Labels } from '#lib/labels'
import { prometheus2 } from '#promql'
import { loadRules, type RuleGroup } from '#rules'
import { unitTestWorld } from '../bin/compose/unit-test.ts'
import { runTest } from '../rules/unit-test/run-test.ts'
import { type AlertCase, readTestFile, type ShownAlert } from '../rules/unit-test/test-file.ts'

export type { ShownAlert } from '../rules/unit-test/test-file.ts'

export interface Verdict {
  readonly at: string
  readonly alertname: string
  readonly expected: readonly ShownAlert[]
  readonly found: readonly ShownAlert[]
}

interface TestFile {
  readonly rule_files: readonly string[]
  readonly tests: readonly TestGroup[]
}

export interface TestGroup {
  readonly interval: string
  readonly input_series: readonly { series: string; values: string }[]
  readonly alert_rule_test?: readonly AlertTest[]
  /** Of ours: the alert rules that are needed, to be quick; absent: all. */
  readonly only?: readonly string[]
}

interface AlertTest {
  readonly eval_time: string
  readonly alertname: string
  readonly exp_alerts?: readonly { exp_labels?: Labels; exp_annotations?: Labels }[]
}

/** One verdict for each `alert_rule_test`, in the order of the file. */
export async function runPromtoolFile(
  path: string,
  change: (test: TestGroup) => TestGroup = (test) => test,
): Promise<readonly Verdict[]> {
  const file: TestFile = parseYaml(await readFile(path, 'utf8'))
  const world = { ...unitTestWorld(prometheus2), print: () => {}, complain: () => {} }
  const rules = file.rule_files.map((name) => join(dirname(path), name))
  const groups = await loadRules(rules, world.check)
  const verdicts: Verdict[] = []
  for (const changed of file.tests.map(change)) {
    const { only, ...group } = changed
    const read = readTestFile(path, JSON.stringify({ ...file, tests: [group] }))
    const [test] = read.tests
    if (test === undefined) continue
    const found = await runTest(test, {
      ...{ groups: needed(groups, only), file: read, world, explains: false },
    })
    verdicts.push(...verdictsOf(group, test.alerts, found))
  }
  return verdicts
}

function needed(groups: readonly RuleGroup[], only: TestGroup['only']): readonly RuleGroup[] {
  if (only === undefined) return groups
  const isNeeded = ({ kind, name }: RuleGroup['rules'][number]) =>
    kind === 'record' || only.includes(name)
  return groups.map((group) => ({ ...group, rules: group.rules.filter(isNeeded) }))
}

function verdictsOf(
  { alert_rule_test: asked = [] }: Omit<TestGroup, 'only'>,
  cases: readonly AlertCase[],
  found: Awaited<ReturnType<typeof runTest>>,
): readonly Verdict[] {
  const broken = found.find((one) => one.kind === 'broken')
  if (broken !== undefined) throw new Error(broken.reason)
  const byCase = new Map(found.flatMap((one) => (one.kind === 'alerts' ? [[one.case, one]] : [])))
  return asked.map(({ eval_time: at, alertname }, i) => {
    const { expected, found } = byCase.get(cases[i]!)!
    return { at, alertname, expected, found }
  })
}
