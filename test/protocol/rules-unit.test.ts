/**
 * Our runner of unit tests of rules and promtool agree: on what is left of the tests of our own
 * rules once somebody broke something. That both take these tests as they are, other tests show.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse as parseYaml } from 'yaml'
import { hasPrometheus } from '#test/prometheus'
import { inFolder, speaksPrometheus3, substanceOf, tellOurs, tellPromtool } from '#test/unit-test'
import { type Broken, breakages, type TestedRules } from './rules-unit-breakages.ts'

const verdict = hasPrometheus() ? describe : describe.skip
const files = globSync('rules/*.rules.test.yml').sort()

/** That of the promtool at hand. */
const dialect = `--dialect=${speaksPrometheus3() ? 3 : 2}`

verdict('beside promtool', () => {
  test('zstnadm test-rules exits as promtool does, and prints where it prints', async () => {
    const rules = 'groups: [ { name: g, rules: [ { alert: A, expr: x > 1 } ] } ]'
    const test = (value: number) => `
rule_files: [ a.yml ]
tests:
- name: one
  input_series: [ { series: x, values: ${value} } ]
  interval: 1m
  alert_rule_test: [ { eval_time: 0s, alertname: A } ]
`
    const files = { 'a.yml': rules, 'good.yml': test(1), 'bad.yml': test(2), 'empty.yml': '' }
    await inFolder(files, (cwd) => {
      for (const args of [['good.yml'], ['good.yml', 'bad.yml'], ['empty.yml'], ['nope.yml'], []]) {
        const options = { cwd, encoding: 'utf8' } as const
        const ours = spawnSync(zstnadm, ['test-rules', ...args], options)
        const theirs = spawnSync('promtool', ['test', 'rules', ...args], options)
        expect([args, ours.status]).toEqual([args, theirs.status])
        if (args.length === 0) continue
        expect(ours.stdout).toBe(theirs.stdout)
        expect(casesIn(ours.stderr)).toEqual(casesIn(theirs.stderr))
      }
    })
  })

  test('a broken test or rule is told alike, with the same expected and found', async () => {
    await fc.assert(
      fc.asyncProperty(brokenTests, async (tests) => {
        await inFolder(filesOf(tests), async (folder) => {
          const paths = tests.map((_, i) => path.join(folder, `${i}.test.yml`))
          const ours = substanceOf(await tellOurs([dialect, ...paths]))
          expect(ours).toEqual(substanceOf(tellPromtool(paths)))
        })
      }),
      { numRuns: 12 },
    )
  })
})

const zstnadm = path.resolve('bin/zstnadm')

const casesIn = (text: string) =>
  text.split('\n').filter((line) => /^ /.test(line) && !/^ {8}why:/.test(line))

/** One test of one file, with what is done to it. */
const brokenTest: fc.Arbitrary<Broken> = fc.record({
  file: fc.constantFrom(...files),
  test: fc.nat(),
  breaks: fc.array(
    fc.record({ kind: fc.constantFrom(...Object.keys(breakages)), at: fc.nat(), by: fc.nat() }),
    { minLength: 1, maxLength: 3 },
  ),
})

/** Several at once: promtool takes its time to start. */
const brokenTests = fc.array(brokenTest, { minLength: 6, maxLength: 6 })

function filesOf(tests: readonly Broken[]): Record<string, string> {
  return Object.fromEntries(
    tests.flatMap((one, i) => {
      const { rules, tests } = brokenBy(one)
      return [
        [`${i}.rules.yml`, JSON.stringify(rules)],
        [`${i}.test.yml`, JSON.stringify({ ...tests, rule_files: [`${i}.rules.yml`] })],
      ]
    }),
  )
}

function brokenBy({ file, test, breaks }: Broken): TestedRules {
  const all = parseYaml(readFileSync(file, 'utf8'))
  const rules = parseYaml(readFileSync(file.replace('.test.yml', '.yml'), 'utf8'))
  const chosen = all.tests[test % all.tests.length]
  const tested: TestedRules = { rules, tests: { ...all, tests: [{ ...chosen, name: 'one' }] } }
  for (const { kind, at, by } of breaks) breakages[kind]?.(tested, { at, by })
  return tested
}
