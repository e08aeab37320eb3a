/** `zstnadm test-rules`: promtool's unit-test files, run by the evaluator that zstone embeds. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Labels } from '#lib/labels'
import { type Dialect, prometheus2, prometheus3 } from '#promql'
import { testRules, type UnitTestWorld } from '#rules'
import { checkIn } from './expressions.ts'
import { openBench, readSeries } from './test-bench.ts'

export const unitTestUsage = `usage: zstnadm test-rules [flags] FILE…

Runs promtool's unit tests of rules. Prints what promtool test rules prints, and why
an alert does not fire, or does. Exits with 1 where a test fails.

  --run=REGEX    only tests whose name it finds; may be given several times
  --diff         expected and found alerts as one, in colours
  --dialect=3    PromQL as Prometheus 3 reads it; default: 2, as zstone does`

const options = {
  run: { type: 'string', multiple: true, default: [] as string[] },
  diff: { type: 'boolean', default: false },
  dialect: { type: 'string', default: '2' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const dialects: Readonly<Record<string, Dialect>> = { 2: prometheus2, 3: prometheus3 }

/** Gives the exit status. Rejects with one line where it cannot begin. */
export async function runUnitTests(
  args: readonly string[],
  out: Pick<UnitTestWorld, 'print' | 'complain'>,
): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const { run, diff, help } = values
  const dialect = dialects[values.dialect]
  if (dialect === undefined)
    throw new Error(`Cannot read --dialect=${values.dialect}: it is 2 or 3`)
  if (help || positionals.length === 0) {
    out.print(unitTestUsage)
    return help ? 0 : 1
  }
  const missing = positionals.find((file) => !existsSync(file))
  if (missing !== undefined) throw new Error(`Cannot read ${missing}: there is no such file`)
  const world = { ...unitTestWorld(dialect), ...out }
  return (await testRules(positionals, { names: run, asDifference: diff }, world)) ? 0 : 1
}

export const unitTestWorld = (dialect: Dialect): Omit<UnitTestWorld, 'print' | 'complain'> => ({
  check: checkIn(dialect),
  readMetric,
  openBench: (bench) => openBench(bench, dialect),
})

function readMetric(text: string): Labels {
  const { labels, values } = readSeries(text)
  if (values.length > 0) throw new Error(`${text} is more than a series`)
  return labels
}
