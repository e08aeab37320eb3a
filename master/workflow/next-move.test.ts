import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Course, nextMove } from './next-move.ts'
import type { Step } from './workflow.ts'

const stepsOf = (count: number, noReturnAt: number): Step[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `s${i}`,
    do: async () => ({}),
    isPointOfNoReturn: i === noReturnAt,
  }))

/** Plays moves on rows as the machine does; `failAt` is the step whose `do` fails. */
function play(steps: readonly Step[], failAt: number): string[] {
  const rows: { name: string; state: Course['rows'][number]['state'] }[] = []
  const log: string[] = []
  for (;;) {
    const isGoingBack = rows.some((row) => row.state === 'failed')
    const move = nextMove(steps, { rows, isGoingBack, isCancelAsked: false })
    if (move.kind === 'end' || move.kind === 'turn back') return [...log, move.kind]
    log.push(`${move.kind} ${move.position}`)
    const state = move.position === failAt ? 'failed' : 'done'
    rows[move.position] = {
      name: `s${move.position}`,
      state: move.kind === 'do' ? state : 'undone',
    }
  }
}

test('steps are done in order; from a failed one the finished are undone, last first', () => {
  fc.assert(
    fc.property(fc.nat(8), fc.nat(8), (count, failAt) => {
      const fails = failAt < count
      const done = Array.from({ length: fails ? failAt + 1 : count }, (_, i) => `do ${i}`)
      const undone = fails ? Array.from({ length: failAt }, (_, i) => `undo ${failAt - 1 - i}`) : []
      expect(play(stepsOf(count, -1), failAt)).toEqual([...done, ...undone, 'end'])
    }),
  )
})

test('a cancel turns a job back until the point of no return has begun', () => {
  const steps = stepsOf(3, 1)
  const course = { isGoingBack: false, isCancelAsked: true }
  const first = { name: 's0', state: 'done' as const }
  expect(nextMove(steps, { ...course, rows: [first] }).kind).toBe('turn back')
  const begun = [first, { name: 's1', state: 'started' as const }]
  expect(nextMove(steps, { ...course, rows: begun })).toEqual({ kind: 'do', position: 1 })
})

test('a step that was under way when the process died is done again', () => {
  const rows = [{ name: 's0', state: 'started' as const }]
  expect(nextMove(stepsOf(2, -1), { rows, isGoingBack: false, isCancelAsked: false })).toEqual({
    kind: 'do',
    position: 0,
  })
})
