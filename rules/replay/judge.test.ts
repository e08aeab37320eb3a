import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatLabels } from '#lib/labels'
import { createLab, labRules, labStartMs, labStepMs, labTimes } from '#test/replay-lab'
import { type Judged, judge } from './judge.ts'
import type { Life } from './lives.ts'
import { rulesOf } from './sides.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-judge-'))
})
afterAll(() => rm(folder, { recursive: true }))

const steps = 60
const runs = 60

/** A rule reads those of a lower number, wherever in the group they stand. */
const ruleShape = fc.record({
  isAlert: fc.boolean(),
  form: fc.nat(13),
  left: fc.nat(9),
  right: fc.nat(9),
  limit: fc.integer({ min: 0, max: 9 }),
  forSteps: fc.nat(3),
  keepSteps: fc.nat(2),
})

type RuleShape = typeof ruleShape extends fc.Arbitrary<infer T> ? T : never

function expressionOf({ form, left, right, limit }: RuleShape, names: readonly string[]): string {
  const x = names[left % names.length]
  const y = names[right % names.length]
  const forms = [
    `${x} > ${limit}`,
    `sum by (i) (${x}) > ${limit}`,
    `max by (i) (${x}) + on (i) max by (i) (${y})`,
    `avg_over_time(${x}[1m]) > ${limit}`,
    `max_over_time((${x} > ${limit})[1m:15s])`,
    `${x} unless on (i) ${y} > ${limit}`,
    `absent(${x} > ${limit})`,
    `count(${x}) > 1 or ${y} > ${limit}`,
    `scalar(count(${x})) * max by (i) (${y}) > ${limit}`,
    `${x} offset 30s > ${limit}`,
    `changes(${x}[45s]) > 0`,
    `${x} > on (i) group_left ${y}`,
    `max by (i) (${x}) and on () (vector(time() % 90) > 30)`,
    `-max by (i) (${x}) + scalar(max(${y})) >= ${limit}`,
  ]
  return forms[form] ?? ''
}

function ruleOf(shape: RuleShape, number: number, earlier: readonly RuleShape[]): object {
  const made = earlier.map((one, i) =>
    one.isAlert ? `ALERTS_FOR_STATE{alertname="A${i}"}` : `r${i}`,
  )
  const expr = expressionOf(shape, ['a', 'b', ...made])
  if (!shape.isAlert) return { record: `r${number}`, expr }
  return {
    ...{ alert: `A${number}`, expr },
    for: `${shape.forSteps * 15}s`,
    keep_firing_for: `${shape.keepSteps * 15}s`,
  }
}

const shape = fc.record({
  rules: fc.array(ruleShape, { minLength: 1, maxLength: 6 }),
  isOrdered: fc.boolean(),
  order: fc.infiniteStream(fc.nat(1000)),
  values: fc.array(fc.integer({ min: -4, max: 9 }), {
    minLength: 2 * 3 * 12,
    maxLength: 2 * 3 * 12,
  }),
  stepsFirst: fc.integer({ min: 1, max: 70 }),
})

test('what is made anew from samples alone is what living rules left behind', async () => {
  let fired = 0
  await fc.assert(
    fc.asyncProperty(shape, async ({ rules, isOrdered, order, values, stepsFirst }) => {
      const written = rules.map((one, i) => ruleOf(one, i, rules.slice(0, i)))
      const chance = () => order.next().value ?? 0
      const places = new Map(written.map((rule, i) => [rule, isOrdered ? i : chance()]))
      const sorted = written.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
      const groups = await labRules(folder, [{ name: 'g', interval: '15s', rules: sorted }])
      const lab = createLab(groups, stepsFirst)
      for (let i = 0; i < steps; i++) await lab.step(i, samplesAt(i, values))
      const timed = lab.timed(groups)
      const given = {
        ...{ sides: { before: timed, after: timed, placements: [] } },
        ...{ history: lab.history, evaluator: lab.evaluator, isFromOptional: false },
        window: { fromMs: labStartMs, toMs: labStartMs + (steps - 1) * labStepMs },
        ...{ externalLabels: {}, externalUrl: '', requestsAtOnce: 1, ...labTimes },
      }
      const recorded = await judge({ ...given, running: rulesOf(timed), compares: 'record' })
      const anew = await judge({ ...given, running: [], compares: 'rules' })
      expect(anew.notes).toEqual([])
      if (failsForLong(anew)) return
      expect(textOf(anew.before.lives)).toEqual(textOf(recorded.before.lives))
      // One that stands before what it reads sees in the record what was not there yet.
      if (isOrdered) expect(textOf(recorded.after.lives)).toEqual(textOf(recorded.before.lives))
      fired += recorded.before.lives.filter(({ firedMs }) => firedMs !== undefined).length
    }),
    { numRuns: runs },
  )
  expect(fired).toBeGreaterThan(50)
})

/**
 * A rule that fails leaves its alerts as they were, and records nothing: once its last samples are
 * too old to be seen, the record does not know of them any more.
 */
function failsForLong({ before }: Judged): boolean {
  return before.evaluated.some(({ failures }) => {
    const failedMs = failures.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    return failedMs >= labTimes.lookbackMs
  })
}

/** Negative: it is not there. Each value lasts for five steps. */
function samplesAt(index: number, values: readonly number[]) {
  return ['a', 'b'].flatMap((name, n) =>
    ['1', '2', '3'].flatMap((i, k) => {
      const value = values[(n * 3 + k) * 12 + Math.floor(index / 5)] ?? -1
      return value < 0 ? [] : [{ name, labels: { i }, value }]
    }),
  )
}

const textOf = (lives: readonly Life[]) =>
  lives
    .map(({ labels, beganMs, firedMs, endedMs }) => {
      const [began, fired, ended] = [beganMs, firedMs, endedMs].map((ms) =>
        ms === undefined ? '-' : (ms - labStartMs) / labStepMs,
      )
      return `${formatLabels(labels)} ${began} ${fired} ${ended}`
    })
    .sort()
