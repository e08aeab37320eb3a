import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cut, type Grid, timeAt } from './grid.ts'
import { createLives } from './lives.ts'
import { screened } from './screened.ts'
import type { Part, SampleSource } from './world.ts'

const steps = 200
const stepMs = 15_000
const grid: Grid = { startMs: 0, endMs: (steps - 1) * stepMs, stepMs }

/** `texts` has a text for each alert: what is not a dot is true. */
function historyOf(texts: readonly string[], failing: readonly number[] = []) {
  let asked = 0
  const history: SampleSource = {
    name: 'it',
    instant: async () => [],
    async *range(_, whole) {
      for (let rest = whole; rest.startMs <= rest.endMs; ) {
        const [piece, after] = cut(rest, 37)
        const times: number[] = []
        for (let ms = piece.startMs; ms <= piece.endMs; ms += piece.stepMs) times.push(ms)
        asked += times.length
        const isTrue = (text: string, ms: number) => (text[ms / stepMs] ?? '.') !== '.'
        const curves = texts.map((text, i) => ({
          labels: { i: String(i) },
          points: times.filter((ms) => isTrue(text, ms)).map((ms) => [ms, 1] as const),
        }))
        const fails = times.some((ms) => failing.includes(ms / stepMs))
        yield fails ? { grid: piece, reason: 'fails' } : { grid: piece, curves }
        rest = after
      }
    },
  }
  return { history, asked: () => asked }
}

const scope = { externalLabels: {}, externalUrl: '', query: async () => [] }

async function firedOf(
  parts: AsyncIterable<Part>,
  forMs: number,
  isCovered: (atMs: number) => boolean,
) {
  const named = { kind: 'alert', id: 'g/A', name: 'A', expr: 'a' } as const
  const rule = { ...named, forMs, keepFiringForMs: 0, labels: {}, annotations: {} }
  const keeper = createLives({ rule, limit: 0, isCovered, scope })
  for await (const part of parts) await keeper.take(part)
  return keeper
    .end()
    .lives.filter(({ firedMs }) => firedMs !== undefined)
    .map(({ labels, beganMs, firedMs, endedMs }) => [labels['i'], beganMs, firedMs, endedMs])
    .sort()
}

test('what fires is the same as if every step had been asked for', async () => {
  const run = fc.tuple(fc.constantFrom('.', 'x'), fc.integer({ min: 1, max: 40 }))
  const text = fc.array(run, { maxLength: 20 }).map((runs) =>
    runs
      .map(([mark, length]) => mark.repeat(length))
      .join('')
      .slice(0, steps),
  )
  const shape = fc.record({
    texts: fc.array(text, { maxLength: 3 }),
    forSteps: fc.nat(30),
    gap: fc.option(fc.tuple(fc.nat(steps), fc.nat(30))),
    failing: fc.uniqueArray(fc.nat(steps - 1), { maxLength: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(shape, async ({ texts, forSteps, gap, failing }) => {
      const [from, length] = gap ?? [0, 0]
      const isCovered = (ms: number) => ms / stepMs < from || ms / stepMs >= from + length
      const forMs = forSteps * stepMs
      const { history } = historyOf(texts, failing)
      const plain = await firedOf(history.range('a', grid), forMs, isCovered)
      const screening = screened('a', grid, { history, forMs, isCovered })
      // Which steps fail with a piece depends on the pieces.
      if (failing.length === 0) expect(await firedOf(screening, forMs, isCovered)).toEqual(plain)
      else await firedOf(screening, forMs, isCovered)
    }),
    { numRuns: 1000 },
  )
})

test('the parts follow each other without a gap', async () => {
  const { history } = historyOf([`${'.'.repeat(80)}${'x'.repeat(25)}`])
  let nextMs = 0
  for await (const part of screened('a', grid, {
    history,
    forMs: 300_000,
    isCovered: () => true,
  })) {
    expect(part.grid.startMs).toBe(nextMs)
    nextMs = part.grid.endMs + stepMs
  }
  expect(nextMs).toBe(timeAt(grid, steps))
})

test('where it is never true for long few steps are asked for', async () => {
  const { history, asked } = historyOf(['x.x.'.repeat(5), '.'.repeat(steps)])
  for await (const _ of screened('a', grid, { history, forMs: 300_000, isCovered: () => true }));
  expect(asked()).toBeLessThan(steps / 3)
})
