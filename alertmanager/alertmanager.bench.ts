/**
 * Ours beside Debian's alertmanager in one run, on Redis and on PostgreSQL: `npm run bench
 * alertmanager`; single rows with `npm run bench alertmanager -- --row=ingest,latency`. Nothing
 * fails because it is slow.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { load } from '#test/load/process-figures'
import { openPoster, type Poster } from './bench/poster.ts'
import type { Row } from './bench/row.ts'
import { rows } from './bench/rows/index.ts'
import { type Side, type SideName, sidesHere } from './bench/sides.ts'
import { type Figures, heading, lineOf, medianOf } from './bench/table.ts'

const startedMs = systemClock.monotonicMs()
const say = (text: string) => {
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000
  console.log(`${seconds.toFixed(0).padStart(4)} s  ${text}`)
}

async function main(): Promise<void> {
  const wanted = chosenRows()
  const folder = await mkdtemp(join(tmpdir(), 'zstone-bench-'))
  await chmod(folder, 0o755) // As root the database server is another user, who must get in.
  console.log(`load ${load()}`)
  const poster = openPoster()
  const sides = sidesHere(folder, say)
  try {
    const lines: string[] = []
    for (const row of wanted) lines.push(...(await linesOf(row, sides, poster)))
    console.log(`\nours is durable; times: ours is better by. CPU: program+PostgreSQL+Redis\n`)
    console.log([heading, ...lines].join('\n'))
  } finally {
    await poster.close()
    await rm(folder, { recursive: true, force: true })
  }
  console.log(`\nload ${load()}`)
}

function chosenRows(): readonly Row[] {
  const names = process.argv.flatMap((flag) => /^--row=(.*)$/.exec(flag)?.[1]?.split(',') ?? [])
  const unknown = names.filter((name) => !rows.some((row) => row.name === name))
  if (unknown.length > 0) {
    const known = rows.map(({ name }) => name).join(', ')
    console.error(`Cannot run ${unknown.join(', ')}: the rows are ${known}`)
    process.exit(1)
  }
  return rows.filter(({ name }) => names.length === 0 || names.includes(name))
}

/** Side by side: each round measures every side once. */
async function linesOf(
  row: Row,
  sides: readonly Side[],
  poster: Poster,
): Promise<readonly string[]> {
  const rounds = new Map<SideName, Figures[]>(sides.map(({ name }) => [name, []]))
  const measure = async (side: Side) => {
    say(`${row.name}: ${side.name}`)
    try {
      rounds.get(side.name)?.push(await row.measure({ side, poster }))
    } catch (error) {
      say(`${row.name}: ${side.name}: ${messageOf(error)}`)
    }
  }
  for (let round = 0; round < row.rounds; round++)
    if (row.isIdle) await Promise.all(sides.map(measure))
    else for (const side of sides) await measure(side)
  const medians = new Map([...rounds].map(([name, figures]) => [name, medianOf(figures)]))
  const lines = row.figures.flatMap((figure) => lineOf(figure, medians) ?? [])
  for (const line of lines) console.log(line)
  return lines
}

// Else the servers would outlive it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
await main()
