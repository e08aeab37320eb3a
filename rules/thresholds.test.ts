import { expect, test } from '@jest/globals'
import { type Expression, parse } from '#promql'
import { loadRules } from './load.ts'
import { thresholds } from './thresholds.ts'

interface Line {
  readonly alert: string
  readonly severity: string | undefined
  readonly bad: string
  readonly value: number
}

const keyOf = ({ alert, severity, bad, value }: Line) => `${alert} ${severity} ${bad} ${value}`

async function linesOfRules(): Promise<readonly Line[]> {
  const groups = await loadRules(['rules/*.rules.yml'], () => undefined)
  return groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => {
      if (rule.kind !== 'alert') return []
      const severity = rule.labels.severity?.source
      return linesIn(parse(rule.expr)).map((line) => ({ alert: rule.name, severity, ...line }))
    }),
  )
}

/** Comparisons with a number other than 0: `x > 0.9`. */
function linesIn(expression: Expression): readonly Pick<Line, 'bad' | 'value'>[] {
  const inner = Object.values(expression).filter(isExpression).flatMap(linesIn)
  const args = expression.kind === 'call' ? expression.args.flatMap(linesIn) : []
  if (expression.kind !== 'binary' || !/^[<>]=?$/.test(expression.operator))
    return [...inner, ...args]
  const { operator, right } = expression
  if (right.kind !== 'number' || right.value === 0) return [...inner, ...args]
  return [...inner, { bad: operator.startsWith('>') ? 'above' : 'below', value: right.value }]
}

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'kind' in value && 'span' in value

/** Their numbers say which samples count, not where it becomes bad. */
const withoutLine = [
  'DeadMansSwitch',
  'DiskMediaErrors',
  'DiskSelfTestFailed',
  'NetworkMtuMismatch',
]

test('each threshold is one that a rule of that alert and severity compares with', async () => {
  const found = new Set((await linesOfRules()).map(keyOf))
  expect(thresholds.map(keyOf).filter((key) => !found.has(key))).toEqual([])
  expect(new Set(thresholds.map(keyOf)).size).toBe(thresholds.length)
})

test('each rule that compares with a number has its threshold', async () => {
  const known = new Set(thresholds.map(({ alert, severity }) => `${alert} ${severity}`))
  const missing = (await linesOfRules())
    .filter(({ alert }) => !withoutLine.includes(alert))
    .map(({ alert, severity }) => `${alert} ${severity}`)
    .filter((key) => !known.has(key))
  expect(missing).toEqual([])
})
