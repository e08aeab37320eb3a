/** What people do to rules and to their tests. Each changes what it is given, somewhere. */

export interface Broken {
  readonly file: string
  readonly test: number
  readonly breaks: readonly { readonly kind: string; readonly at: number; readonly by: number }[]
}

/** As YAML has them. */
export interface TestedRules {
  readonly rules: { readonly groups: { name: string; rules: Rule[] }[] }
  readonly tests: { tests: Test[]; evaluation_interval?: string; group_eval_order?: string[] }
}

interface Rule {
  alert?: string
  expr: string
  for?: string
  keep_firing_for?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

interface Test {
  interval: string
  input_series: { series: string; values: string }[]
  alert_rule_test?: { eval_time: string; alertname: string; exp_alerts?: Alert[] }[]
  promql_expr_test?: { eval_time: string; expr: string; exp_samples?: object[] }[]
  external_labels?: Record<string, string>
}

interface Alert {
  exp_labels?: Record<string, string>
  exp_annotations?: Record<string, string>
}

interface Where {
  readonly at: number
  readonly by: number
}

const one = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(1, all.length)]

const testIn = ({ tests }: TestedRules) => tests.tests[0]!
const ruleIn = ({ rules }: TestedRules, at: number) =>
  one(
    rules.groups.flatMap((group) => group.rules),
    at,
  )!
const casesIn = (tested: TestedRules) => testIn(tested).alert_rule_test ?? []
const alertsIn = (tested: TestedRules) => casesIn(tested).flatMap((one) => one.exp_alerts ?? [])

/** In the text, the piece that `pattern` finds at a place becomes another. */
function replaced(text: string, pattern: RegExp, { at, by }: Where, others: readonly string[]) {
  const found = [...text.matchAll(pattern)]
  const piece = one(found, at)
  if (piece === undefined) return text
  const rest = others.filter((other) => other !== piece[0])
  return text.slice(0, piece.index) + one(rest, by) + text.slice(piece.index + piece[0].length)
}

export const breakages: Readonly<Record<string, (tested: TestedRules, where: Where) => void>> = {
  'expect no alert': (tested, { at }) => {
    const some = casesIn(tested).filter(({ exp_alerts = [] }) => exp_alerts.length > 0)
    one(some, at)?.exp_alerts?.pop()
  },
  'expect one more': (tested, { at }) => {
    const found = one(casesIn(tested), at)
    if (found !== undefined)
      found.exp_alerts = [...(found.exp_alerts ?? []), { exp_labels: { more: 'one' } }]
  },
  'expect another label': (tested, { at, by }) => {
    const { exp_labels: labels = {} } = one(alertsIn(tested), at) ?? {}
    labels[one(Object.keys(labels), by) ?? 'other'] = 'other'
  },
  'expect another text': (tested, { at, by }) => {
    const { exp_annotations: texts = {} } = one(alertsIn(tested), at) ?? {}
    const name = one(Object.keys(texts), by)
    if (name !== undefined) texts[name] += '!'
  },
  'ask at another time': (tested, { at, by }) => {
    const found = one(casesIn(tested), at)
    if (found !== undefined) found.eval_time = `${(by % 90) * 7}s`
  },
  'ask for another alert': (tested, { at, by }) => {
    const found = one(casesIn(tested), at)
    if (found !== undefined) found.alertname = ruleIn(tested, by).alert ?? 'None'
  },
  'ask for samples': (tested, { at, by }) => {
    const { eval_time = '1m' } = one(casesIn(tested), at) ?? {}
    const expr = one(['ALERTS', 'ALERTS_FOR_STATE * 2', 'count(up) +', 'time()', 'x[5m]'], by)!
    const exp_samples = one([[], [{ labels: '{}', value: 1 }], [{ labels: '{', value: 1 }]], at)!
    testIn(tested).promql_expr_test = [{ eval_time, expr, exp_samples }]
  },
  'another operator': (tested, { at, by }) => {
    const rule = ruleIn(tested, at)
    const operators = ['>', '<', '>=', '<=', '==', '!=']
    rule.expr = replaced(rule.expr, / (?:[<>]=?|[!=]=) /g, { at, by }, operators.map(spaced))
  },
  'another set': (tested, { at, by }) => {
    const rule = ruleIn(tested, at)
    const sets = ['and', 'or', 'unless'].map(spaced)
    rule.expr = replaced(rule.expr, /\b(?:and|or|unless)\b/g, { at, by }, sets)
  },
  'another number': (tested, { at, by }) => {
    const rule = ruleIn(tested, at)
    rule.expr = replaced(rule.expr, /(?<=[<>=] )\d[\d.]*\b/g, { at, by }, ['0', '1', '0.9', '1e9'])
  },
  'another function': (tested, { at, by }) => {
    const rule = ruleIn(tested, at)
    const others = ['rate', 'increase', 'delta', 'max_over_time', 'avg_over_time', 'nothing']
    rule.expr = replaced(
      rule.expr,
      /\b(?:rate|increase|delta|\w+_over_time)\b/g,
      { at, by },
      others,
    )
  },
  'another wait': (tested, { at, by }) => {
    ruleIn(tested, at).for = one(['0s', '15s', '40s', '2m', '1h', 'x'], by)!
  },
  'kept longer': (tested, { at, by }) => {
    const rule = ruleIn(tested, at)
    if (rule.alert !== undefined) rule.keep_firing_for = one(['15s', '1m', '10m'], by)!
  },
  'another text': (tested, { at, by }) => {
    const text = one(['{{ $value }}', '{{ .Nope }}', '{{ humanize "x" }}', '{{ if'], by)!
    const rule = ruleIn(tested, at)
    if (rule.alert !== undefined) rule.annotations = { ...rule.annotations, summary: text }
  },
  'another label': (tested, { at, by }) => {
    const text = one(['{{ $value }}', 'fixed', '', '{{ $labels.instance }}'], by)!
    const rule = ruleIn(tested, at)
    if (rule.alert !== undefined) rule.labels = { ...rule.labels, severity: text }
  },
  'other values': (tested, { at, by }) => {
    const series = one(testIn(tested).input_series, at)
    const values = ['_', 'stale', '0', '1', '1e9', 'NaN', '-Inf', '5+1x3', '_x4', 'x']
    if (series !== undefined) series.values = replaced(series.values, /\S+/g, { at, by }, values)
  },
  'no series': (tested, { at }) => {
    const { input_series: series } = testIn(tested)
    series.splice(at % Math.max(1, series.length), 1)
  },
  'a series twice': (tested, { at }) => {
    const { input_series: series } = testIn(tested)
    const { series: name = 'up' } = one(series, at) ?? {}
    series.push({ series: name, values: '1 2 3 4+1x20' })
  },
  'another interval': (tested, { by }) => {
    testIn(tested).interval = one(['5s', '1m', '5m', 'x'], by)!
  },
  'evaluated more rarely': ({ tests }, { by }) => {
    tests.evaluation_interval = one(['7s', '1m', '2m'], by)!
  },
  'an order of groups': ({ rules, tests }, { by }) => {
    const names = rules.groups.map(({ name }) => name)
    tests.group_eval_order = by % 2 === 0 ? names.reverse() : [...names, ...names]
  },
  'labels from outside': (tested) => {
    testIn(tested).external_labels = { site: 'lab' }
  },
  'a word wrong': (tested, { by }) => {
    Object.assign(one([tested.tests, testIn(tested), ruleIn(tested, by)], by)!, { nope: 1 })
  },
}

function spaced(word: string) {
  return ` ${word} `
}
