import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { loadRules } from './load.ts'

const check = (expr: string) => (expr.includes('((') ? 'unclosed left parenthesis' : undefined)

async function load(files: Record<string, string>, pattern = '*.yml') {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-load-'))
  for (const [name, text] of Object.entries(files))
    await fs.writeFile(path.join(folder, name), text)
  try {
    return await loadRules([path.join(folder, pattern)], check)
  } catch (error) {
    throw new Error((error as Error).message.replace(`${folder}/`, ''))
  } finally {
    await fs.rm(folder, { recursive: true })
  }
}

const inGroup = (rule: string) => `groups:\n- name: g\n  rules:\n${rule}`

test('groups come in the order of their files, with ids that outlive edits', async () => {
  const groups = await load({
    'b.yml': inGroup('  - alert: B\n    expr: x'),
    'a.yml': `groups:
- name: one
  interval: 5s
  limit: 3
  rules:
  - alert: A
    expr: |
      x > 1
    for: 1m30s
    keep_firing_for: 2m
    labels: { severity: 1 }
    annotations: { summary: "{{ $value }}" }
  - alert: A
    expr: y
  - record: a:b
    expr: sum(x)
    labels: { by: rule }
`,
  })
  expect(groups.map(({ name, intervalMs, limit }) => [name, intervalMs, limit])).toEqual([
    ['one', 5000, 3],
    ['g', undefined, 0],
  ])
  expect(groups.flatMap(({ rules }) => rules.map(({ id }) => id))).toEqual([
    ...['one/A', 'one/A#2', 'one/a:b'],
    'g/B',
  ])
  expect(groups[0]?.rules[0]).toMatchObject({
    kind: 'alert',
    expr: 'x > 1',
    forMs: 90_000,
    keepFiringForMs: 120_000,
    labels: { severity: { source: '1' } },
  })
})

test('labels of a group, as Prometheus 3 has them, are those of its rules that say nothing else', async () => {
  const groups = await load({
    'a.yml': `groups:
- name: g
  labels: { team: storage, severity: info, at: "{{ $value }}" }
  rules:
  - alert: A
    expr: x
    labels: { severity: critical }
  - record: a:b
    expr: x
    labels: { team: network }
`,
  })
  const [alert, record] = groups[0]?.rules ?? []
  expect(alert).toMatchObject({
    labels: {
      team: { source: 'storage' },
      severity: { source: 'critical' },
      at: { source: '{{ $value }}' },
    },
  })
  expect(record?.labels).toEqual({ team: 'network', severity: 'info', at: '{{ $value }}' })
})

test.each([
  [
    '  - alert: A\n    exprr: x',
    'a.yml:5 group "g": unknown key "exprr"; there are record, alert, expr',
  ],
  ['  - alert: A', 'a.yml:4 group "g" rule "A": the rule has no expression; add "expr:"'],
  [
    '  - alert: A\n    expr: "(("',
    'a.yml:5 group "g" rule "A": the expression is not PromQL: unclosed left parenthesis',
  ],
  [
    '  - alert: A\n    expr: x\n    for: 5',
    'a.yml:6 group "g" rule "A": for is "5"; write a duration such as 30s',
  ],
  [
    '  - alert: A\n    record: b\n    expr: x',
    'the rule has alert and record; keep one of the two',
  ],
  ['  - expr: x', 'the rule has no name; add "alert:" or "record:"'],
  [
    '  - alert: A\n    expr: x\n    labels:\n      a-b: c',
    'a.yml:7 group "g" rule "A": "a-b" is no label name',
  ],
  ['  - alert: A\n    expr: x\n    labels:\n      __name__: c', '"__name__" cannot be set'],
  [
    '  - alert: A\n    expr: x\n    annotations:\n      s: "{{ if x }}"',
    'a.yml:7 group "g" rule "A": the template of "s" cannot be used: template: __alert_A:1: function "x" not defined',
  ],
  ['  - record: a-b\n    expr: x', '"a-b" is no metric name'],
  ['  - record: a\n    expr: x\n    for: 1m', 'a recording rule has no "for"; remove it'],
  [
    '  - alert: A\n    expr: x\n- name: g\n  rules: []',
    'a.yml:6 group "g": the group name is taken in this file',
  ],
  [
    '  - alert: A\n    expr: x\n- name: h\n  query_offset: 1m\n  rules: []',
    'a.yml:7 group "h": "query_offset" is not known here; write "offset" into the expressions',
  ],
  [
    '  - alert: A\n    expr: x\n- name: h\n  labels: { a-b: c }',
    'a.yml:7 group "h": "a-b" is no label name',
  ],
  ['  - alert: A\n   expr: x', 'a.yml:'],
  ['  - alert: A\n    expr: x\n    expr: y', 'Map keys must be unique'],
])('%j is refused in one line that names the place and the remedy', async (rule, reason) => {
  const loading = load({ 'a.yml': inGroup(rule) })
  await expect(loading).rejects.toThrow(reason)
  await expect(loading).rejects.toThrow(/^Cannot load rules: a\.yml:\d+.*: .+$/)
})

test('null is nothing, as if it were not written', async () => {
  const groups = await load({
    'a.yml': inGroup(`  - alert: A
    expr: x
    for:
    labels: ~
    annotations: { text: null, other: "null" }
    keep_firing_for: null`),
    'b.yml': 'groups:',
    'c.yml': '',
    'd.yml': 'groups: [ { name: g, limit: , rules: } ]',
  })
  expect(groups).toMatchObject([
    { rules: [{ forMs: 0, labels: {}, annotations: { text: { source: '' } } }] },
    { limit: 0, rules: [] },
  ])
  expect(groups[0]?.rules[0]).toMatchObject({ annotations: { other: { source: 'null' } } })
})

test('<< brings what a rule does not say itself', async () => {
  const groups = await load({
    'a.yml': inGroup(`  - &a
    alert: A
    expr: x
    labels: &l { a: 1, b: 1 }
  - <<: *a
    alert: B
    labels: { <<: [ { b: 3, c: 3 }, *l ], a: 2 }`),
  })
  const [, second] = groups[0]?.rules ?? []
  expect(second).toMatchObject({ name: 'B', expr: 'x' })
  expect(Object.entries(second?.labels ?? {}).map(([name, text]) => [name, text])).toEqual([
    ['a', { source: '2', render: expect.anything() }],
    ['b', { source: '3', render: expect.anything() }],
    ['c', { source: '3', render: expect.anything() }],
  ])
})

test('a file that is named must exist, a pattern may find nothing', async () => {
  await expect(load({}, 'missing.yml')).rejects.toThrow(
    'Cannot load rules: missing.yml: there is no such file',
  )
  expect(await load({})).toEqual([])
})

test('one bad file refuses all', async () => {
  const files = { 'a.yml': inGroup('  - alert: A\n    expr: x'), 'b.yml': 'groups: 5' }
  await expect(load(files)).rejects.toThrow('b.yml:1: expected a list of groups')
})
