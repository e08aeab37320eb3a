import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { inFolder, tellOurs } from '#test/unit-test'

const rules = `
groups:
- name: late
  rules:
  - alert: Doubled
    expr: x:doubled > 10
- name: early
  rules:
  - record: x:doubled
    expr: x * 2
  - alert: High
    expr: x > 3
    for: 2m
    labels: { severity: warning, size: "{{ $value }}" }
    annotations: { text: "{{ $labels.i }} of {{ $externalLabels.site }} at {{ externalURL }}" }
`

const head = `
rule_files: [ '*.rules.yml' ]
evaluation_interval: 1m
`

interface Told {
  readonly status: number
  readonly text: string
}

async function tell(tests: string, args: readonly string[] = []): Promise<Told> {
  const files = { 'a.rules.yml': rules, 'a.test.yml': tests }
  return inFolder(files, async (folder) => {
    const { status, lines } = await tellOurs([...args, path.join(folder, 'a.test.yml')])
    return { status, text: lines.join('\n').replaceAll(folder, '') }
  })
}

const series = `
  input_series:
  - { series: 'x{i="1"}', values: '1 4x3 _ stale 4x10' }
`

const alertTest = (test: string) => `${head}tests:\n- interval: 1m${series}${test}`

test('what comes as expected is a success', async () => {
  const told = await tell(
    alertTest(`
  external_labels: { site: lab }
  external_url: http://here
  alert_rule_test:
  - { eval_time: 2m59s, alertname: High }
  - eval_time: 3m
    alertname: High
    exp_alerts:
    - exp_labels: { i: 1, severity: warning, size: 4 }
      exp_annotations: { text: 1 of lab at http://here }
  - { eval_time: 6m, alertname: High, exp_alerts: [] }
  - { eval_time: 8m59s, alertname: High, exp_alerts: [] }
  promql_expr_test:
  - expr: ALERTS
    eval_time: 2m
    exp_samples:
    - labels: 'ALERTS{alertname="High",alertstate="pending",i="1",severity="warning",size="4"}'
      value: 1
  - { expr: 'vector(1) / 4', eval_time: 0, exp_samples: [ { labels: '{}', value: 0.25 } ] }
`),
  )
  expect(told).toEqual({ status: 0, text: 'Unit Testing:  /a.test.yml\n  SUCCESS\n' })
})

describe('what differs', () => {
  test('is shown as promtool shows it, and why', async () => {
    const { status, text } = await tell(
      alertTest(`
  name: one
  alert_rule_test:
  - eval_time: 2m
    alertname: High
    exp_alerts: [ { exp_labels: { i: 1, severity: warning } } ]
  promql_expr_test:
  - { expr: x * 2, eval_time: 1m, exp_samples: [ { labels: '{i="1"}', value: 9 } ] }
`),
    )
    expect(status).toBe(1)
    expect(text).toContain(`  FAILED:
    name: one,
    alertname: High, time: 2m, 
        exp:[
            0:
              Labels:{alertname="High", i="1", severity="warning"}
              Annotations:{}
            ], 
        got:[]
        why: {i="1", severity="warning"}: Not yet: it is true since 1m, and fires from 3m`)
    expect(text).toContain(`    expr: "x * 2", time: 1m,
        exp: {i="1"} 9E+00
        got: {i="1"} 8E+00`)
  })

  test.each([
    ['0s', 'High', '{ i: 1 }', 'x is 1 for {i="1"}, and would have to be > 3'],
    ['6m', 'High', '{ i: 1 }', 'there are no samples of x; nothing is there of x'],
    ['3m', 'High', '{ i: 1, size: 5 }', 'size is "4", not "5"; severity is "warning", not absent'],
    ['3m', 'High', '{ i: 2 }', 'there are no samples of x'],
    ['3m', 'Low', '{}', 'no rule has this name'],
  ])('at %s of %s with %s because %s', async (at, name, labels, why) => {
    const { text } = await tell(
      alertTest(`
  alert_rule_test:
  - eval_time: ${at}
    alertname: ${name}
    exp_alerts: [ { exp_labels: ${labels} } ]
`),
    )
    expect(text.match(/why: .*/)?.[0]).toContain(why)
  })

  test('of annotations alone is named', async () => {
    const { text } = await tell(
      alertTest(`
  alert_rule_test:
  - eval_time: 3m
    alertname: High
    exp_alerts: [ { exp_labels: { i: 1, severity: warning, size: 4 } } ]
`),
    )
    expect(text).toContain('fires, with other annotations: text is "1 of  at ", not absent')
  })

  test('is one piece of JSON with --diff', async () => {
    const tests = alertTest(`
  alert_rule_test:
  - eval_time: 3m
    alertname: High
    exp_alerts: [ { exp_labels: { i: 1, severity: critical }, exp_annotations: { text: a } } ]
`)
    const { text } = await tell(tests, ['--diff'])
    expect(text).toContain('"severity": \x1b[0;33m"critical" => "warning"\x1b[0m,')
    expect(text).toContain('\x1b[0;32m"size": "4"\x1b[0m')
    expect(text).toContain('"i": "1",')
  })
})

test('groups are evaluated in the order that the file names', async () => {
  const tests = alertTest(`
  alert_rule_test:
  - { eval_time: 1m, alertname: Doubled }
  promql_expr_test:
  - { expr: x:doubled, eval_time: 1m, exp_samples: [ { labels: 'x:doubled{i="1"}', value: 8 } ] }
`)
  const many = tests.replace('4x3', '8x3').replace('value: 8', 'value: 16')
  expect((await tell(many)).status).toBe(0)
  expect((await tell(`group_eval_order: [ early, late ]\n${many}`)).status).toBe(1)
})

test('values that differ in their last bit are equal only where the file says so', async () => {
  const tests = alertTest(`
  promql_expr_test:
  - { expr: vector(0.1 + 0.2), eval_time: 0, exp_samples: [ { labels: '{}', value: 0.3 } ] }
`)
  const { status, text } = await tell(tests)
  expect(status).toBe(1)
  expect(text).toContain('fuzzy_compare: true takes that as equal')
  expect((await tell(`fuzzy_compare: true\n${tests}`)).status).toBe(0)
})

test('NaN is never as expected, and the reason is told', async () => {
  const { status, text } = await tell(
    alertTest(`
  promql_expr_test:
  - { expr: vector(NaN), eval_time: 0, exp_samples: [ { labels: '{}', value: .nan } ] }
`),
  )
  expect([status, text]).toEqual([1, expect.stringContaining('NaN equals nothing')])
})

test('an expression that gives nothing says what it lacks', async () => {
  const { text } = await tell(
    alertTest(`
  promql_expr_test:
  - { expr: 'x / up{job="a"}', eval_time: 1m, exp_samples: [ { labels: '{i="1"}', value: 1 } ] }
`),
  )
  expect(text).toContain('why: nothing is there of up{job="a"}')
})

test('--run chooses tests by name', async () => {
  const tests = `${head}tests:
- { name: good }
- { name: bad, alert_rule_test: [ { alertname: High, exp_alerts: [ {} ] } ] }
`
  expect((await tell(tests)).status).toBe(1)
  expect((await tell(tests, ['--run=goo', '--run=^x'])).status).toBe(0)
})

test('a rule that cannot be evaluated ends its test, with its name and the time', async () => {
  const { status, text } = await tell(
    alertTest(`
  - { series: 'x{i="1",j="2"}', values: '1 1' }
  - { series: 'x:doubled{i="1"}', values: '_ 7' }
  alert_rule_test:
  - { eval_time: 5m, alertname: High, exp_alerts: [ {} ] }
`).replace('  alert_rule', '\n  alert_rule'),
  )
  expect(status).toBe(1)
  expect(text).toContain('    rule: x:doubled, time: 1m0s, err: duplicate sample for timestamp')
  expect(text).not.toContain('alertname')
})

test('a pattern that finds nothing is told, and is no fault', async () => {
  const { status, text } = await tell('rule_files: [ none.yml ]\ntests: [ {} ]')
  expect(status).toBe(0)
  expect(text).toContain('  WARNING: no file match pattern /none.yml')
})

test.each([
  ['rule_file: []', ':1: unknown key "rule_file"'],
  ['tests:\n- intervall: 1m', ':2: unknown key "intervall"'],
  ['tests:\n- interval: 1', ':2: interval is "1"; write a duration'],
  ['tests:\n- alert_rule_test: [ { eval_time: 1m } ]', ':2: the case names no alert'],
  ['group_eval_order: [ a, a ]', ':1: group_eval_order names "a" twice'],
  ['tests: [ { input_series: [ { series: "x", values: "1 y" } ] } ]', 'y is no value of a series'],
  [
    'tests: [ { input_series: [ { series: "x", values: "{{count:1}}" } ] } ]',
    'native histograms are not supported',
  ],
  ['rule_files: [ a.test.yml ]\ntests: [ {} ]', 'unknown key "rule_files"; there are groups'],
  ['tests: [', ':1: '],
])('%j is refused', async (tests, reason) => {
  const { status, text } = await tell(tests)
  expect(status).toBe(1)
  expect(text).toContain('  FAILED:')
  expect(text).toContain(reason)
})

test.each([
  [['/nowhere/a.yml'], 'Cannot read /nowhere/a.yml: there is no such file'],
  [['--dialect=4', 'a.yml'], 'Cannot read --dialect=4: it is 2 or 3'],
  [['--nope', 'a.yml'], "Unknown option '--nope'"],
])('%j is refused before anything is run', async (args, reason) => {
  await expect(tellOurs(args)).rejects.toThrow(reason)
})
