import { describe, expect, test } from '@jest/globals'
import type { Labels } from '#lib/labels'
import { differencesOf } from './difference.ts'
import type { Life } from './lives.ts'
import { totalsOf } from './totals.ts'

const minuteMs = 60_000
const window = { fromMs: 0, toMs: 600 * minuteMs }

/** In minutes; without the second it never fired, without the third it goes on. */
function life(began: number, fired?: number, ended?: number, given: Partial<Life> = {}): Life {
  return {
    ...{ labels: { alertname: 'Hot', i: '1' }, element: { i: '1' }, isOlder: false },
    beganMs: began * minuteMs,
    ...(fired === undefined ? {} : { firedMs: fired * minuteMs }),
    ...(ended === undefined ? {} : { endedMs: ended * minuteMs }),
    ...given,
  }
}

const kindsOf = (before: readonly Life[], after: readonly Life[], toleranceMs = 0) =>
  differencesOf(before, after, { window, toleranceMs }).map(({ kind }) => kind)

describe('an alert', () => {
  test('that fires at the same times is no difference', () => {
    expect(kindsOf([life(1, 2, 3), life(9, 9)], [life(1, 2, 3), life(9, 9)])).toEqual([])
  })

  test('that only pends on both sides is none', () => {
    expect(kindsOf([life(1, undefined, 3)], [life(1, undefined, 4)])).toEqual([])
    expect(kindsOf([], [life(1, undefined, 4)])).toEqual([])
  })

  test('is gone, or new, where it fires on one side only', () => {
    expect(kindsOf([life(1, 2, 3)], [life(1, undefined, 3)])).toEqual(['gone'])
    expect(kindsOf([], [life(1, 2)])).toEqual(['new'])
    expect(kindsOf([life(1, 2, 3)], [life(3, 4, 5)])).toEqual(['gone', 'new'])
  })

  test('has moved where its one firing begins or ends otherwise', () => {
    expect(kindsOf([life(1, 2, 9)], [life(1, 3, 9)])).toEqual(['moved'])
    expect(kindsOf([life(1, 2, 9)], [life(1, 2)])).toEqual(['moved'])
  })

  test('is split where the same stretch of time has more or fewer firings', () => {
    expect(kindsOf([life(1, 2, 9)], [life(1, 2, 4), life(5, 6, 9)])).toEqual(['split'])
  })

  test('that had ended before the window, or begins after it, does not count', () => {
    expect(kindsOf([life(-9, -8, -2)], [])).toEqual([])
    expect(kindsOf([life(601, 601)], [])).toEqual([])
  })
})

test('a little earlier or later is the same, where that is asked for', () => {
  expect(kindsOf([life(1, 2, 9)], [life(1, 3, 8)], minuteMs)).toEqual([])
  expect(kindsOf([life(1, 2, 9)], [life(1, 4, 9)], minuteMs)).toEqual(['moved'])
})

test('one that was there from the first look on may have fired sooner', () => {
  const older = life(0, 5, 9, { isOlder: true })
  expect(kindsOf([life(0, 2, 9)], [older])).toEqual([])
  expect(kindsOf([life(0, 7, 9)], [older])).toEqual(['moved'])
})

test('what was pending at the first look may have fired, if it is the same rule', () => {
  const pending = life(0, undefined, 9, { isOlder: true })
  expect(kindsOf([life(0, 2, 9)], [pending], minuteMs)).toEqual([])
  expect(kindsOf([life(0, 2, 9)], [pending])).toEqual(['gone'])
})

test('one element under other labels is relabelled, another element is not', () => {
  const named = (labels: Labels, element: Labels) => ({
    labels: { alertname: 'Hot', ...labels },
    element,
  })
  const before = [life(1, 2, 3, named({ i: '1', severity: 'a' }, { i: '1' }))]
  const after = [life(2, 2, 4, named({ i: '1', severity: 'b' }, { i: '1' }))]
  expect(kindsOf(before, after)).toEqual(['relabelled'])
  const other = [life(2, 2, 4, named({ i: '2', severity: 'b' }, { i: '2' }))]
  expect(kindsOf(before, other)).toEqual(['gone', 'new'])
})

test('texts count where both sides know them', () => {
  const says = (summary: string) => life(1, 2, 3, { annotations: { summary } })
  expect(kindsOf([says('a')], [says('b')])).toEqual(['reworded'])
  expect(kindsOf([says('a')], [life(1, 2, 3)])).toEqual([])
})

test('totals count what fires within the window, and what fires again soon', () => {
  const lives = [life(-9, -8, 5), life(10, 11, 20), life(100, 101), life(200, undefined, 300)]
  expect(totalsOf(lives, window)).toEqual({
    ...{ fired: 3, firedAgain: 1, firingMs: (5 + 9 + 499) * minuteMs },
  })
})
