/**
 * Runs scripts of Prometheus's promqltest format on our evaluator: `npm run promqltest -- FILE…`.
 * Prometheus 3 is spoken, 2.42 with `--dialect=2`; `--quiet` leaves out what passed.
 */
import { readFileSync } from 'node:fs'
import { messageOf } from '#lib/errors'
import { type Outcome, prometheus2, prometheus3, runScript } from '#promql'

const words = process.argv.slice(2)
const files = words.filter((word) => !word.startsWith('--'))
const flags = words.filter((word) => word.startsWith('--'))
const known = ['--dialect=2', '--dialect=3', '--quiet']
const unknown = flags.find((flag) => !known.includes(flag))
if (files.length === 0 || unknown !== undefined) {
  if (unknown !== undefined)
    console.error(`Cannot read ${unknown}: the flags are ${known.join(' ')}`)
  console.error('Usage: npm run promqltest -- [--dialect=2] [--quiet] FILE…')
  process.exit(1)
}
const dialect = flags.includes('--dialect=2') ? prometheus2 : prometheus3
const all: Outcome[] = []
for (const file of files) {
  const outcomes = outcomesOf(file)
  for (const outcome of outcomes) print(file, outcome)
  console.log(`${file}: ${totalOf(outcomes)}`)
  all.push(...outcomes)
}
console.log(`total: ${totalOf(all)}`)
process.exitCode = all.some(({ verdict }) => verdict === 'failed') ? 1 : 0

function outcomesOf(file: string): Outcome[] {
  try {
    return runScript(readFileSync(file, 'utf8'), dialect)
  } catch (error) {
    return [{ line: 1, query: '', verdict: 'failed', reason: messageOf(error) }]
  }
}

function print(file: string, { line, query, verdict, reason }: Outcome): void {
  if (verdict === 'passed' && flags.includes('--quiet')) return
  const why = reason === undefined ? '' : `: ${reason}`
  console.log(`${verdict} ${file}:${line} ${query}${why}`)
}

function totalOf(outcomes: readonly Outcome[]): string {
  const count = (wanted: Outcome['verdict']) =>
    outcomes.filter(({ verdict }) => verdict === wanted).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}
