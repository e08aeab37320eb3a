/** One test: its rules are evaluated over its series, and at the times of its cases judged. */
import { createManualClock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { createTracer } from '#lib/trace'
import { GoDuration } from '#template'
import type { RuleGroup } from '../rule.ts'
import { createRuleRun, type RuleRun } from '../rule-run.ts'
import { judgeAlerts } from './alert-case.ts'
import { judgeSamples } from './sample-case.ts'
import type { RulesTest, TestFile } from './test-file.ts'
import { broken, type Verdict } from './verdict.ts'
import type { Bench, UnitTestWorld } from './world.ts'

export interface TestOptions {
  /** In the order of their evaluation. */
  readonly groups: readonly RuleGroup[]
  readonly file: Pick<TestFile, 'everyMs' | 'isFuzzy'>
  readonly world: UnitTestWorld
  /** False: only what was found, and not why. */
  readonly explains?: boolean
}

export async function runTest(test: RulesTest, options: TestOptions): Promise<readonly Verdict[]> {
  const { file, world, explains = true } = options
  const { everyMs } = file
  const { series, intervalMs } = test
  let bench: Bench
  try {
    bench = world.openBench({ series, intervalMs, everyMs })
  } catch (error) {
    return [broken(messageOf(error))]
  }
  const runs = runsOf(test, bench, options)
  const verdicts: Verdict[] = []
  const cases = test.alerts.toSorted((a, b) => a.atMs - b.atMs)
  const endMs = Math.max(0, ...[...cases, ...test.expressions].map(({ atMs }) => atMs))
  for (let atMs = 0; atMs <= endMs; atMs += everyMs) {
    bench.feed(atMs)
    const errors = await evaluateAll(runs, atMs)
    // What comes after a rule that cannot be evaluated would mean nothing.
    if (errors.length > 0) return [...verdicts, ...errors]
    // What holds at a time is what the last evaluation up to then found.
    for (const one of cases.filter((one) => one.atMs >= atMs && one.atMs < atMs + everyMs))
      verdicts.push(await judgeAlerts(one, { test, runs, bench, atMs, explains }))
  }
  for (const one of test.expressions)
    verdicts.push(await judgeSamples(one, { bench, world, isFuzzy: file.isFuzzy }))
  return verdicts
}

function runsOf(test: RulesTest, bench: Bench, { groups }: TestOptions): readonly RuleRun[] {
  const { externalLabels, externalUrl } = test
  const world = {
    ...{ clock: createManualClock(0), tracer: createTracer('unit test') },
    ...{ evaluate: bench.evaluate, append: bench.append, externalLabels },
    settings: { externalUrl, resendDelayMs: 0 },
  }
  return groups.flatMap(({ rules, limit }) =>
    rules.map((rule) => createRuleRun(rule, limit, world)),
  )
}

async function evaluateAll(runs: readonly RuleRun[], atMs: number): Promise<readonly Verdict[]> {
  for (const run of runs) await run.evaluate(atMs)
  return runs.flatMap(({ rule, status }) => {
    const { lastError } = status()
    if (lastError === undefined) return []
    const time = new GoDuration(BigInt(atMs) * 1_000_000n)
    return [broken(`    rule: ${rule.name}, time: ${time}, err: ${lastError}`)]
  })
}
