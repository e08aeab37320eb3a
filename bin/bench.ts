/**
 * Runs the benchmarks of a part, or of all, one after the other: `npm run bench pushgateway`.
 * Flags go to each of them: `npm run bench -- pushgateway --quick`.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const parts = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const benches = globSync('*/**/*.bench.ts', { exclude: ['node_modules/**'] })
  .filter((file) => parts.length === 0 || parts.some((part) => file.startsWith(`${part}/`)))
  .sort()

if (benches.length === 0) {
  console.error(`Cannot bench ${parts.join(', ')}: no *.bench.ts file is below that folder`)
  process.exit(1)
}
for (const file of benches) {
  console.log(`\n# ${file}`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', file, ...flags], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
