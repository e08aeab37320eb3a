/** Runs promtool's rule test files through our own evaluator and our own life of alerts. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { traceAnnotation } from '#api/alert'
import { createManualClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { parseDurationMs } from '#lib/duration'
import { type Labels, labelsKey } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createPromql, parse, promqlSettings } from '#promql'
import { createRules, type Element, loadRules, type RuleGroup, type Rules } from '#rules'
import { type NotedSeries, parseSeries } from './promtool-series.ts'

export interface Verdict {
  readonly at: string
  readonly alertname: string
  readonly expected: readonly ShownAlert[]
  readonly found: readonly ShownAlert[]
}

export interface ShownAlert {
  readonly labels: Labels
  readonly annotations: Labels
}

interface TestFile {
  readonly rule_files: readonly string[]
  readonly evaluation_interval?: string
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
  const groups = await loadRules(
    file.rule_files.map((name) => join(dirname(path), name)),
    checkExpression,
  )
  const everyMs = msOf(file.evaluation_interval ?? '1m')
  const verdicts: Verdict[] = []
  for (const group of file.tests.map(change))
    verdicts.push(...(await runGroup(group, { groups, everyMs })))
  return verdicts
}

export function checkExpression(expr: string): string | undefined {
  try {
    parse(expr)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

async function runGroup(
  test: TestGroup,
  { groups, everyMs }: { groups: readonly RuleGroup[]; everyMs: number },
): Promise<readonly Verdict[]> {
  const series = test.input_series.map((noted) => parseSeries(noted.series, noted.values))
  const { rules, feed } = createBench(needed(groups, test), series, msOf(test.interval))
  const asked = (test.alert_rule_test ?? []).map((one) => ({ ...one, atMs: msOf(one.eval_time) }))
  const verdicts = new Map<AlertTest, Verdict>()
  const endMs = Math.max(0, ...asked.map(({ atMs }) => atMs))
  for (let atMs = 0; atMs <= endMs; atMs += everyMs) {
    feed(atMs)
    await rules.evaluateOnce(atMs)
    // As promtool: what holds at a time is what the last evaluation up to then found.
    for (const one of asked)
      if (one.atMs >= atMs && one.atMs < atMs + everyMs) verdicts.set(one, verdictOf(one, rules))
  }
  await rules.close()
  return asked.map((one) => verdicts.get(one)!)
}

function needed(groups: readonly RuleGroup[], { only }: TestGroup): readonly RuleGroup[] {
  if (only === undefined) return groups
  const isNeeded = ({ kind, name }: RuleGroup['rules'][number]) =>
    kind === 'record' || only.includes(name)
  return groups.map((group) => ({ ...group, rules: group.rules.filter(isNeeded) }))
}

function createBench(
  groups: readonly RuleGroup[],
  series: readonly NotedSeries[],
  intervalMs: number,
) {
  const clock = createManualClock(0)
  const metrics = createMetrics()
  const { values } = readConfig(promqlSettings, { args: [], env: {} })
  const settings = { ...values, retentionMs: 15 * 86_400_000 }
  const promql = createPromql({ clock, log: silentLog, metrics, settings })
  const fed = series.map(() => 0)
  const feed = (untilMs: number) => {
    for (const [i, { name, labels, values }] of series.entries())
      for (let at = fed[i]!; at * intervalMs <= untilMs && at < values.length; at++) {
        const value = values[at]
        const samples = typeof value === 'number' ? [{ name, labels, value }] : []
        if (value !== undefined)
          promql.samples.append({ name: `series ${i}` }, samples, at * intervalMs)
        fed[i] = at + 1
      }
  }
  const rules = createRules({
    groups,
    evaluate: async (expr, atMs): Promise<readonly Element[]> => {
      const value = promql.evaluate(expr, atMs)
      if (value.type === 'vector') return value.elements
      return value.type === 'scalar' ? [{ labels: {}, value: value.value }] : []
    },
    append: ({ rule, samples, atMs }) => {
      promql.samples.append({ name: `rule ${rule}` }, samples, atMs)
    },
    alertmanagers: [],
    store: { load: async () => [], save: async () => {} },
    ...{ clock, metrics, random: systemRandom, log: silentLog, tracer: createTracer('test') },
    externalLabels: {},
    settings: {
      intervalMs,
      resendDelayMs: 60_000,
      restoreGraceMs: 0,
      queueCapacity: 1000,
      externalUrl: '',
    },
  })
  return { rules, feed }
}

function verdictOf(
  { eval_time: at, alertname, exp_alerts = [] }: AlertTest,
  rules: Rules,
): Verdict {
  const found = rules
    .alerts()
    .filter(({ name, state }) => name === alertname && state === 'firing')
    .map(({ labels, annotations: { [traceAnnotation]: _, ...annotations } }) => ({
      labels,
      annotations,
    }))
  const expected = exp_alerts.map(({ exp_labels = {}, exp_annotations = {} }) => ({
    labels: { ...exp_labels, alertname },
    annotations: exp_annotations,
  }))
  return { at, alertname, expected: sorted(expected), found: sorted(found) }
}

const sorted = (alerts: readonly ShownAlert[]) =>
  alerts.toSorted((a, b) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1))

const msOf = (text: string) => parseDurationMs(text)!
