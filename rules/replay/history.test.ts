import { describe, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { countOf } from './grid.ts'
import { createHistory } from './history.ts'
import type { Pace } from './stride.ts'
import type { Answer, Part } from './world.ts'

const grid = { startMs: 0, endMs: 99_000, stepMs: 1000 }
const pace: Pace = { stepsFirst: 10, answerMs: 100, restFactor: 0, refusalsMax: 5 }

interface Piece {
  readonly from: number
  readonly to: number
}

/** A server that answers as `answer` says, after `tookMs`. */
async function asked(
  answer: (piece: Piece) => Answer,
  { tookMs = 100, ...given }: Partial<Pace> & { tookMs?: number } = {},
) {
  const clock = createManualClock(0)
  const pieces: string[] = []
  const history = createHistory({
    name: 'it',
    clock,
    pace: { ...pace, ...given },
    async ask(_, parameters) {
      const [from, to] = ['start', 'end'].map((name) => Number(parameters.get(name)))
      const piece = { from: from ?? 0, to: to ?? 0 }
      pieces.push(`${piece.from}-${piece.to}`)
      await clock.advance(tookMs)
      return answer(piece)
    },
  })
  const parts: Part[] = []
  for await (const part of history.range('x', grid)) parts.push(part)
  return { pieces, parts }
}

const nothing: Answer = { kind: 'data', data: { resultType: 'matrix', result: [] } }

test('a range is asked in pieces that follow each other to the end', async () => {
  const { pieces, parts } = await asked(() => nothing)
  expect(pieces.slice(0, 3)).toEqual(['0-9', '10-19', '20-29'])
  expect(parts.reduce((sum, part) => sum + countOf(part.grid), 0)).toBe(100)
})

test('the faster the answer the larger the next piece, and the other way round', async () => {
  expect((await asked(() => nothing, { tookMs: 10 })).pieces).toEqual(['0-9', '10-49', '50-99'])
  const slow = await asked(() => nothing, { tookMs: 200, stepsFirst: 40 })
  expect(slow.pieces.slice(0, 3)).toEqual(['0-39', '40-59', '60-69'])
})

test('times are whole milliseconds and values numbers', async () => {
  const metric = { __name__: 'x' }
  const values = [
    [1.5, '+Inf'],
    [2.25, '-Inf'],
    [3, 'NaN'],
    [4, '1e-3'],
  ]
  const data = { resultType: 'matrix', result: [{ metric, values }] }
  const { parts } = await asked(() => ({ kind: 'data', data: structuredClone(data) }), {
    stepsFirst: 100,
  })
  const points = [
    [1500, Number.POSITIVE_INFINITY],
    [2250, Number.NEGATIVE_INFINITY],
    [3000, Number.NaN],
    [4000, 0.001],
  ]
  expect(parts).toEqual([{ grid, curves: [{ labels: metric, points }] }])
})

describe('what is refused', () => {
  const failsAt =
    (second: number) =>
    ({ from, to }: Piece): Answer =>
      from <= second && second <= to ? { kind: 'refused', reason: 'many-to-many' } : nothing

  test('is narrowed down to the time at which it cannot be evaluated', async () => {
    const { parts } = await asked(failsAt(33), { refusalsMax: 40 })
    const failed = parts.filter((part) => 'reason' in part)
    expect(failed.map((part) => [part.grid.startMs, part.grid.endMs])).toEqual([[33_000, 33_000]])
    expect(parts.reduce((sum, part) => sum + countOf(part.grid), 0)).toBe(100)
  })

  test('is taken as it is after so many tries', async () => {
    const { parts, pieces } = await asked(() => ({ kind: 'refused', reason: 'never' }))
    expect(parts.every((part) => 'reason' in part)).toBe(true)
    expect(pieces.length).toBeLessThan(30)
  })

  test('as too much is asked in smaller pieces from then on', async () => {
    const { pieces } = await asked(
      ({ from, to }) => (to - from > 12 ? { kind: 'too much', reason: 'long' } : nothing),
      { tookMs: 1 },
    )
    expect(pieces.slice(0, 5)).toEqual(['0-9', '10-49', '10-29', '10-19', '20-29'])
  })

  test('as no PromQL ends the replay', async () => {
    const invalid: Answer = { kind: 'invalid', reason: 'parse error' }
    await expect(asked(() => invalid)).rejects.toThrow(
      'Cannot replay "x": it refuses it: parse error',
    )
  })
})
