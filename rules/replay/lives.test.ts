import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { labelsKey } from '#lib/labels'
import { type AlertChange, type Alerts, type Found, nextAlerts } from '../alert-state.ts'
import type { AlertRule } from '../rule.ts'
import { parseTemplate } from '../text/template.ts'
import { cut, type Grid } from './grid.ts'
import { createLives, type Life, type Lives } from './lives.ts'
import type { Curve, Part } from './world.ts'

const stepMs = 10_000
const gridOf = (steps: number): Grid => ({ startMs: 0, endMs: (steps - 1) * stepMs, stepMs })

function ruleOf(given: Partial<AlertRule> = {}): AlertRule {
  const base = { kind: 'alert', id: 'g/Hot', name: 'Hot', expr: 'temp > 60' } as const
  return { ...base, forMs: 0, keepFiringForMs: 0, labels: {}, annotations: {}, ...given }
}

/** `.` is not found, anything else is found, with the digit as its value. */
function curve(device: string, text: string): Curve {
  const points = [...text].flatMap((mark, i): [number, number][] =>
    mark === '.' ? [] : [[i * stepMs, Number(mark)]],
  )
  return { labels: { __name__: 'temp', device }, points }
}

interface Asked {
  readonly rule?: AlertRule
  readonly limit?: number
  readonly isCovered?: (atMs: number) => boolean
}

const scope = { externalLabels: {}, externalUrl: '', query: async () => [] }

async function livesOf(curves: readonly Curve[], steps: number, asked: Asked = {}): Promise<Lives> {
  const { rule = ruleOf(), limit = 0, isCovered = () => true } = asked
  const keeper = createLives({ rule, limit, isCovered, scope })
  await keeper.take({ grid: gridOf(steps), curves })
  return keeper.end()
}

const times = ({ beganMs, firedMs, endedMs }: Life) =>
  [beganMs, firedMs, endedMs].map((ms) => (ms === undefined ? '-' : ms / stepMs)).join(' ')

describe('a life', () => {
  test('begins, fires after its wait, and ends when it is not found', async () => {
    const { lives } = await livesOf([curve('a', '.11111..')], 8, {
      rule: ruleOf({ forMs: 2 * stepMs }),
    })
    expect(lives.map(times)).toEqual(['1 3 6'])
    expect(lives[0]).toMatchObject({
      labels: { alertname: 'Hot', device: 'a' },
      element: { device: 'a' },
      isOlder: false,
    })
  })

  test('that ends before its wait is over never fires', async () => {
    const rule = ruleOf({ forMs: 3 * stepMs })
    const { lives } = await livesOf([curve('a', '.11.1111')], 8, { rule })
    expect(lives.map(times)).toEqual(['1 - 3', '4 7 -'])
  })

  test('is kept by keep_firing_for, over gaps that are shorter', async () => {
    const rule = ruleOf({ keepFiringForMs: 2 * stepMs })
    const { lives } = await livesOf([curve('a', '.1.1......')], 10, { rule })
    expect(lives.map(times)).toEqual(['1 1 6'])
  })

  test('that is there from the start may be older', async () => {
    const { lives } = await livesOf([curve('a', '11..')], 4)
    expect(lives[0]).toMatchObject({ isOlder: true, beganMs: 0, endedMs: 2 * stepMs })
  })

  test('stays as it is where nothing was evaluated', async () => {
    const isCovered = (atMs: number) => atMs < 3 * stepMs || atMs > 5 * stepMs
    const { lives, failures } = await livesOf([curve('a', '.11...11..')], 10, { isCovered })
    expect(lives.map(times)).toEqual(['1 1 8'])
    expect(failures).toEqual([])
  })

  test('stays as it is where the evaluation failed, and the failure is told', async () => {
    const keeper = createLives({ rule: ruleOf(), limit: 0, isCovered: () => true, scope })
    const [first, rest] = cut(gridOf(9), 3)
    const [second, third] = cut(rest, 3)
    await keeper.take({ grid: first, curves: [curve('a', '.11......')] })
    await keeper.take({ grid: second, reason: 'many-to-many' })
    await keeper.take({ grid: third, curves: [] })
    const { lives, failures } = keeper.end()
    expect(lives.map(times)).toEqual(['1 1 6'])
    expect(failures).toEqual([{ fromMs: 30_000, toMs: 60_000, reason: 'many-to-many' }])
  })
})

test('two elements that become one alert fail the evaluation', async () => {
  const rule = ruleOf({ labels: { device: parseTemplate('', 'Hot') } })
  const { lives, failures } = await livesOf([curve('a', '.1.11.'), curve('b', '...1..')], 6, {
    rule,
  })
  expect(lives.map(times)).toEqual(['1 1 2', '4 4 5'])
  expect(failures).toMatchObject([{ fromMs: 30_000, toMs: 40_000 }])
})

test('an alert whose label follows the value is another one when that changes', async () => {
  const severity = parseTemplate('{{ if gt $value 5.0 }}critical{{ else }}warning{{ end }}', 'Hot')
  const { lives } = await livesOf([curve('a', '3377..')], 6, {
    rule: ruleOf({ labels: { severity } }),
  })
  expect(lives.map((life) => [life.labels['severity'], times(life)])).toEqual([
    ['warning', '0 0 2'],
    ['critical', '2 2 4'],
  ])
})

test('texts are those of the moment at which it fired', async () => {
  const summary = parseTemplate('{{ $labels.device }} at {{ $value }}', 'Hot')
  const rule = ruleOf({ forMs: 2 * stepMs, annotations: { summary } })
  const { lives } = await livesOf([curve('a', '1234..')], 6, { rule })
  expect(lives[0]?.annotations).toEqual({ summary: 'a at 3' })
})

describe('step by step, without leaving any out, gives the same', () => {
  const marks = fc.array(fc.constantFrom('.', '.', '1', '1', '1'), { minLength: 30, maxLength: 30 })
  const shape = fc.record({
    curves: fc.array(marks, { minLength: 1, maxLength: 4 }),
    forSteps: fc.nat(4),
    keepSteps: fc.nat(4),
    limit: fc.constantFrom(0, 0, 1, 2),
    uncovered: fc.uniqueArray(fc.nat(29), { maxLength: 6 }),
    pieces: fc.integer({ min: 1, max: 30 }),
  })

  test('for any alerts, waits, limits, gaps and pieces', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (given) => {
        const { forSteps, keepSteps, limit, uncovered } = given
        const timing = { forMs: forSteps * stepMs, keepFiringForMs: keepSteps * stepMs }
        const rule = ruleOf(timing)
        const curves = given.curves.map((text, i) => curve(String(i), text.join('')))
        const isCovered = (atMs: number) => !uncovered.includes(atMs / stepMs)
        const keeper = createLives({ rule, limit, isCovered, scope })
        for (const part of piecesOf(curves, given.pieces)) await keeper.take(part)
        const found = keeper.end().lives.map((life) => `${life.labels['device']}: ${times(life)}`)
        const expected = plainly(curves, { rule, limit, isCovered })
        expect(found.sort()).toEqual(expected.toSorted())
      }),
      { numRuns: 500 },
    )
  })

  function piecesOf(curves: readonly Curve[], steps: number): readonly Part[] {
    const parts: Part[] = []
    for (let rest = gridOf(30); rest.startMs <= rest.endMs; ) {
      const [grid, after] = cut(rest, steps)
      const inside = ([atMs]: readonly [number, number]) =>
        atMs >= grid.startMs && atMs <= grid.endMs
      parts.push({
        grid,
        curves: curves.map((one) => ({ ...one, points: one.points.filter(inside) })),
      })
      rest = after
    }
    return parts
  }

  /** As a running rule would: every alert at every step. */
  function plainly(
    curves: readonly Curve[],
    { rule, limit, isCovered }: Required<Asked>,
  ): readonly string[] {
    let alerts: Alerts = new Map()
    const book = createBook()
    for (let i = 0; i < 30; i++) {
      const atMs = i * stepMs
      if (!isCovered(atMs)) continue
      const next = nextAlerts(alerts, foundAt(curves, atMs), { ...rule, atMs })
      const active = [...next.alerts.values()].filter(({ state }) => state !== 'resolved')
      if (limit > 0 && active.length > limit) continue
      alerts = next.alerts
      for (const { key, kind } of next.changes)
        book.note(key, kind, { i, device: alerts.get(key)?.labels['device'] ?? '' })
    }
    return book.close()
  }

  function foundAt(curves: readonly Curve[], atMs: number): ReadonlyMap<string, Found> {
    const seen = curves.filter(({ points }) => points.some(([ms]) => ms === atMs))
    return new Map(
      seen.map(({ labels: { device = '' } }): [string, Found] => {
        const labels = { device, alertname: 'Hot' }
        return [labelsKey(labels), { labels, annotations: {}, value: 1 }]
      }),
    )
  }

  function createBook() {
    const open = new Map<string, { device: string; began: number; fired?: number }>()
    const lives: string[] = []
    const end = (key: string, at: number | '-') => {
      const life = open.get(key)
      if (life !== undefined) lives.push(`${life.device}: ${life.began} ${life.fired ?? '-'} ${at}`)
      open.delete(key)
    }
    return {
      note(key: string, kind: AlertChange['kind'], { i, device }: { i: number; device: string }) {
        if (kind === 'began') open.set(key, { device, began: i })
        const life = open.get(key)
        if (kind === 'fired' && life !== undefined) life.fired = i
        if (kind === 'resolved' || kind === 'gone') end(key, i)
      },
      close() {
        for (const key of [...open.keys()]) end(key, '-')
        return lives
      },
    }
  }
})
