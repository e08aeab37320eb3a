/** `promtool test rules`, with our own evaluator and our own life of alerts. */
import { glob, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { RE2JS } from 're2js'
import { messageOf } from '#lib/errors'
import { loadRules } from '../load.ts'
import type { RuleGroup } from '../rule.ts'
import { type PrintOptions, verdictText } from './print.ts'
import { runTest } from './run-test.ts'
import { type RulesTest, readTestFile, type TestFile } from './test-file.ts'
import { broken, type Verdict } from './verdict.ts'
import type { UnitTestWorld } from './world.ts'

export interface UnitTestOptions extends PrintOptions {
  /** Regular expressions: only tests whose name one of them finds are run; none: all. */
  readonly names: readonly string[]
}

/** Whether every test of every file gives what it expects. Rejects where a name is no regex. */
export async function testRules(
  files: readonly string[],
  options: UnitTestOptions,
  world: UnitTestWorld,
): Promise<boolean> {
  const isChosen = chosenBy(options.names)
  let isWell = true
  for (const file of files) {
    world.print(`Unit Testing:  ${file}`)
    const verdicts = await testFile(file, isChosen, world)
    const failures = verdicts.filter(({ isAsExpected }) => !isAsExpected)
    if (failures.length === 0) world.print('  SUCCESS')
    else world.complain('  FAILED:')
    for (const failure of failures) {
      world.complain(verdictText(failure, options))
      world.print('')
    }
    world.print('')
    isWell &&= failures.length === 0
  }
  return isWell
}

function chosenBy(names: readonly string[]): (test: RulesTest) => boolean {
  if (names.length === 0) return () => true
  const pattern = RE2JS.compile(names.join('|'))
  return ({ name }) => pattern.matcher(name).find()
}

async function testFile(
  path: string,
  isChosen: (test: RulesTest) => boolean,
  world: UnitTestWorld,
): Promise<readonly Verdict[]> {
  try {
    const file = readTestFile(path, await readFile(path, 'utf8'))
    const ruleFiles = await findRuleFiles(dirname(path), file, world)
    const tests = file.tests.filter(isChosen)
    // Without a test nobody looks at the rules, as promtool has it.
    if (tests.length === 0) return []
    const groups = inOrder(await loadRules(ruleFiles, world.check), file.groupOrder)
    const verdicts: Verdict[] = []
    for (const test of tests) verdicts.push(...(await runTest(test, { groups, file, world })))
    return verdicts
  } catch (error) {
    return [broken(messageOf(error))]
  }
}

async function findRuleFiles(
  folder: string,
  { ruleFiles }: TestFile,
  { complain }: UnitTestWorld,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of ruleFiles) {
    const pattern = isAbsolute(name) ? name : join(folder, name)
    const before = found.length
    for await (const file of glob(pattern)) found.push(file)
    if (found.length === before) complain(`  WARNING: no file match pattern ${pattern}`)
  }
  return found
}

/** Groups that the file does not name come with the first that it does, in their own order. */
function inOrder(groups: readonly RuleGroup[], order: readonly string[]): readonly RuleGroup[] {
  const placeOf = ({ name }: RuleGroup) => Math.max(0, order.indexOf(name))
  return groups.toSorted((a, b) => placeOf(a) - placeOf(b))
}
