/** Reads promtool's unit-test files: strictly, with the line of what is wrong. */
import { fault } from '#api/errors'
import type { Labels } from '#lib/labels'
import { readDuration } from '../rule-file.ts'
import { type Placed, PlacedError, readYaml } from '../yaml-place.ts'
import { fieldsOf, labelsOf, listOf, readNumber, readTruth, textOf } from './fields.ts'
import type { NotedSeries } from './world.ts'

export interface TestFile {
  /** Patterns, seen from the file's own folder. */
  readonly ruleFiles: readonly string[]
  readonly everyMs: number
  /** Groups that are evaluated in this order. */
  readonly groupOrder: readonly string[]
  /** Values of samples may differ in their last bit. */
  readonly isFuzzy: boolean
  readonly tests: readonly RulesTest[]
}

export interface RulesTest {
  readonly name: string
  readonly intervalMs: number
  readonly series: readonly NotedSeries[]
  readonly alerts: readonly AlertCase[]
  readonly expressions: readonly ExpressionCase[]
  readonly externalLabels: Labels
  readonly externalUrl: string
}

/** Exactly these alerts of that name fire at that time. */
export interface AlertCase {
  readonly atMs: number
  readonly alertname: string
  readonly expected: readonly ShownAlert[]
}

export interface ShownAlert {
  readonly labels: Labels
  readonly annotations: Labels
}

export interface ExpressionCase {
  readonly atMs: number
  readonly expr: string
  readonly expected: readonly NotedSample[]
}

export interface NotedSample {
  /** As the file writes it. */
  readonly metric: string
  readonly value: number
  /** It is a native histogram instead. */
  readonly histogram: string
}

const minuteMs = 60_000

/** Throws RULE_TEST_INVALID. */
export function readTestFile(file: string, source: string): TestFile {
  try {
    return readFile(readYaml(source))
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error
    throw fault('RULE_TEST_INVALID', { where: `${file}:${error.line}`, reason: error.message })
  }
}

function readFile(root: Placed): TestFile {
  const given = fieldsOf(root, 'tests of rules', [
    'rule_files',
    'evaluation_interval',
    'group_eval_order',
    'tests',
    'fuzzy_compare',
  ])
  const everyMs = readDuration(given.get('evaluation_interval')) || minuteMs
  const order = given.get('group_eval_order')
  return {
    everyMs,
    ruleFiles: listOf(given.get('rule_files'), 'a list of rule files').map(textIn),
    groupOrder: order === undefined ? [] : readOrder(order.value),
    isFuzzy: readTruth(given.get('fuzzy_compare')),
    tests: listOf(given.get('tests'), 'a list of tests').map((test) => readTest(test, everyMs)),
  }
}

function readOrder(value: Placed): readonly string[] {
  const names = value.list('a list of group names').map((name) => name.text('a group name'))
  const [twice] = names.filter((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw value.wrong(`group_eval_order names "${twice}" twice`)
  return names
}

function readTest(item: Placed, everyMs: number): RulesTest {
  const given = fieldsOf(item, 'a test', [
    'name',
    'interval',
    'input_series',
    'alert_rule_test',
    'promql_expr_test',
    'external_labels',
    'external_url',
  ])
  return {
    name: textOf(given.get('name')),
    intervalMs: readDuration(given.get('interval')) || everyMs,
    series: listOf(given.get('input_series'), 'a list of series').map(readSeries),
    alerts: listOf(given.get('alert_rule_test'), 'a list of cases').map(readAlertCase),
    expressions: listOf(given.get('promql_expr_test'), 'a list of cases').map(readExpressionCase),
    externalLabels: labelsOf(given.get('external_labels')),
    externalUrl: textOf(given.get('external_url')),
  }
}

const textIn = (item: Placed) => item.text('a text')

function readSeries(item: Placed): NotedSeries {
  const given = fieldsOf(item, 'a series with its values', ['series', 'values'])
  return { series: textOf(given.get('series')), values: textOf(given.get('values')) }
}

function readAlertCase(item: Placed): AlertCase {
  const given = fieldsOf(item, 'a case', ['eval_time', 'alertname', 'exp_alerts'])
  const alertname = textOf(given.get('alertname'))
  if (alertname === '') throw item.wrong('the case names no alert; add "alertname:"')
  const expected = listOf(given.get('exp_alerts'), 'a list of alerts').map((alert) => {
    const { labels, annotations } = readAlert(alert)
    return { labels: { ...labels, alertname }, annotations }
  })
  return { atMs: readDuration(given.get('eval_time')) ?? 0, alertname, expected }
}

function readAlert(item: Placed): ShownAlert {
  const given = fieldsOf(item, 'an alert', ['exp_labels', 'exp_annotations'])
  return {
    labels: labelsOf(given.get('exp_labels')),
    annotations: labelsOf(given.get('exp_annotations')),
  }
}

function readExpressionCase(item: Placed): ExpressionCase {
  const given = fieldsOf(item, 'a case', ['expr', 'eval_time', 'exp_samples'])
  return {
    expr: textOf(given.get('expr')),
    atMs: readDuration(given.get('eval_time')) ?? 0,
    expected: listOf(given.get('exp_samples'), 'a list of samples').map(readSample),
  }
}

function readSample(item: Placed): NotedSample {
  const given = fieldsOf(item, 'a sample', ['labels', 'value', 'histogram'])
  return {
    metric: textOf(given.get('labels')),
    value: readNumber(given.get('value')),
    histogram: textOf(given.get('histogram')),
  }
}
