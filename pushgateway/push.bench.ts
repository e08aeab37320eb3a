/**
 * Ours beside Debian's gateway in one run: `npm run bench pushgateway`, shorter with
 * `npm run bench -- pushgateway --quick`. Nothing fails because it is slow.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#lib/clock'
import { load } from '#test/load/process-figures'
import { measureChecked, measureOurs, measureUnchecked, type Plan } from './bench/sides.ts'
import {
  costRow,
  type Figures,
  heading,
  latencies,
  lineOf,
  others,
  rates,
  type Side,
  scrapes,
} from './bench/table.ts'
import { small } from './bench/workload.ts'
import { debianGateway } from './fake/process.ts'

const isQuick = process.argv.includes('--quick')

async function main(): Promise<void> {
  const startedMs = systemClock.monotonicMs()
  const folder = await mkdtemp(join(tmpdir(), 'zstone-bench-'))
  const secondsNow = () => ((systemClock.monotonicMs() - startedMs) / 1000).toFixed(0).padStart(4)
  const plan = {
    folder,
    groups: isQuick ? [100, 1000, 5000] : [100, 1000, 10_000, 50_000],
    groupsCheckedMax: isQuick ? 1000 : 10_000,
    forMs: isQuick ? 1000 : 3000,
  }
  const saying = (side: string): Plan => ({
    ...plan,
    say: (text) => console.log(`${secondsNow()} s  ${side}: ${text}`),
  })
  console.log(`load ${load()}`)
  const sides: Record<Side, Figures> = { ours: new Map(), unchecked: new Map(), checked: new Map() }
  try {
    sides.ours = await measureOurs(saying('ours'))
    if (existsSync(debianGateway)) {
      sides.unchecked = await measureUnchecked(saying("Debian's, unchecked"))
      sides.checked = await measureChecked(saying("Debian's, checked"))
    } else console.log(`Left out: there is no ${debianGateway}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  print(plan.groups, sides)
  console.log(`\nload ${load()}, ${secondsNow().trim()} s`)
}

function print(groups: readonly number[], sides: Record<Side, Figures>): void {
  const series = (groups.at(-1) ?? 0) * small.samples
  console.log(
    "\nours: checked and durable; unchecked, checked: Debian's, in memory. times: ours is",
  )
  console.log(`better by. Scrapes, starts and memory: ${series} series\n`)
  console.log(heading)
  for (const row of [...groups.map(costRow), ...rates, ...scrapes, ...latencies, ...others]) {
    const line = lineOf(row, sides)
    if (line !== undefined) console.log(line)
  }
}

await main()
