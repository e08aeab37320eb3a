/**
 * Administration of one node. `zstnadm config` shows what `zstone` would run with, and why;
 * `zstnadm explain` why a rule fires, or does not; `zstnadm test-rules` runs unit tests of rules;
 * `zstnadm replay` what changed rules would have made of the samples that are there.
 */

import type { ConfigRow } from '#lib/config'
import { messageOf } from '#lib/errors'
import { tableOf } from '#lib/table'
import { explainRule, explainUsage } from './compose/explain.ts'
import { configOf, version } from './compose/program.ts'
import { replayRules } from './compose/replay.ts'
import { replayUsage } from './compose/replay-flags.ts'
import { zstoneSettings } from './compose/settings.ts'
import { runUnitTests, unitTestUsage } from './compose/unit-test.ts'

const usage = `usage: zstnadm config [the flags of zstone]

Prints each setting of zstone, its value, and where it came from:
default, file, environment or flag.

${explainUsage}

${unitTestUsage}

${replayUsage}`

const [command, ...args] = process.argv.slice(2)

if (command === 'config') showConfig(args)
else if (command === '--version') console.log(`zstnadm, version ${version}`)
else if (command === undefined || /^(--?help|-h|help)$/.test(command)) console.log(usage)
else if (command === 'explain') await showExplanation(args)
else if (command === 'test-rules') await testRules(args)
else if (command === 'replay') await showReplay(args)
else refuse(`Cannot run "${command}": the commands are config, explain, test-rules and replay`)

async function showExplanation(given: readonly string[]): Promise<void> {
  try {
    process.stdout.write(await explainRule(given))
  } catch (error) {
    refuse(reasonOf(error))
  }
}

async function testRules(given: readonly string[]): Promise<void> {
  try {
    const print = (line: string) => void process.stdout.write(`${line}\n`)
    const complain = (line: string) => void process.stderr.write(`${line}\n`)
    process.exitCode = await runUnitTests(given, { print, complain })
  } catch (error) {
    refuse(reasonOf(error))
  }
}

/** Like `diff`, it ends with 2 where there is trouble: 1 is an answer. */
async function showReplay(given: readonly string[]): Promise<void> {
  try {
    const { text, exitCode } = await replayRules(given)
    process.stdout.write(text)
    process.exitCode = exitCode
  } catch (error) {
    refuse(reasonOf(error))
    process.exitCode = 2
  }
}

function showConfig(flags: readonly string[]): void {
  try {
    const { rows } = configOf(
      { name: 'zstnadm', settings: zstoneSettings, fileKey: 'config' },
      flags,
    )
    const cells = rows.map((row) => [row.key, shownOf(row), row.source])
    for (const line of tableOf(cells)) console.log(line)
  } catch (error) {
    refuse(reasonOf(error))
  }
}

function shownOf({ value, shown }: ConfigRow): string {
  if (value === undefined) return '-'
  return typeof value === 'object' ? JSON.stringify(value) : shown
}

/** What parseArgs says of an option that nobody knows goes on for three lines. */
function reasonOf(error: unknown): string {
  const [, option] = /^Unknown option '(.*?)'/.exec(messageOf(error)) ?? []
  if (option === undefined) return messageOf(error)
  return `Cannot take ${option}: there is no such flag; "zstnadm ${command} --help" lists all`
}

function refuse(reason: string): void {
  process.stderr.write(`zstnadm: ${reason}\n`)
  process.exitCode = 1
}
