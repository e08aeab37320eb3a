import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { hasPrometheus } from '#test/prometheus'
import { promtool } from '#test/promtool'

const verdict = hasPrometheus() ? describe : describe.skip
const testFiles = globSync('rules/*.rules.test.yml')

verdict('Prometheus', () => {
  test('takes every rule file', async () => {
    const files = globSync('rules/*.rules.yml')
    expect(files.length).toBeGreaterThanOrEqual(4)
    const printed = await promtool('check', 'rules', ...files)
    expect(printed.match(/SUCCESS/g)).toHaveLength(files.length)
  })

  test('has a test file for each', () => {
    expect(testFiles).toHaveLength(globSync('rules/*.rules.yml').length)
  })

  test.each(testFiles)('gives the alerts that %s expects', async (file) => {
    await promtool('test', 'rules', file)
  })
})

test('each alert has a severity and says what, what to do and where more stands', async () => {
  const { loadRules } = await import('./load.ts')
  const groups = await loadRules(['rules/*.rules.yml'], () => undefined)
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    if (rule.kind !== 'alert') continue
    const { summary, description, runbook_url: runbook } = rule.annotations
    expect(['critical', 'warning', 'info']).toContain(rule.labels.severity?.source)
    expect(`${rule.name}: ${summary?.source}`).toMatch(/: .{10,}/)
    expect(`${rule.name}: ${description?.source}`).toMatch(/: .{20,}/)
    expect(runbook?.source).toBe(
      `https://github.com/zstone/zstone/blob/main/docs/runbooks/${rule.name}.md`,
    )
  }
})

test('each alert has a case where it fires and one where it stays quiet', async () => {
  const { loadRules } = await import('./load.ts')
  const groups = await loadRules(['rules/*.rules.yml'], () => undefined)
  const alerts = groups.flatMap(({ rules }) => rules.filter(({ kind }) => kind === 'alert'))
  const cases = globSync('rules/*.rules.test.yml').flatMap((file) => casesIn(file))
  const seen = new Set(cases.map(({ alertname, exp_alerts }) => shown(alertname, exp_alerts ?? [])))
  const wanted = alerts.flatMap(({ name }) => [shown(name, [{}]), shown(name, [])])
  expect(wanted.filter((each) => !seen.has(each))).toEqual([])
})

interface Case {
  readonly alertname: string
  readonly exp_alerts?: readonly object[] | null
}

const casesIn = (file: string): readonly Case[] =>
  parse(readFileSync(file, 'utf8')).tests.flatMap(
    ({ alert_rule_test = [] }: { alert_rule_test?: readonly Case[] }) => alert_rule_test,
  )

const shown = (name: string, alerts: readonly object[]) =>
  `${name} ${alerts.length > 0 ? 'fires' : 'is quiet'}`
