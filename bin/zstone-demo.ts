/**
 * `npm run demo`: a disk fails and dies while clients write. `-- --kill` kills the platform too.
 */
import { fileURLToPath } from 'node:url'
import { runDemo } from '#demo'
import { systemClock } from '#lib/clock'
import { systemRandom } from '#lib/random'

if (/^(-h|--help)$/.test(process.argv[2] ?? '')) {
  console.log(`usage: zstone-demo [--kill]

Three racks, six nodes and twelve disks as folders; clients write while a disk fails and dies.
Takes one to two minutes, on ports and in a folder of its own, which it removes.

  --kill  end the platform with kill -9 in the middle, too`)
  process.exit(0)
}
const unknown = process.argv.slice(2).filter((arg) => arg !== '--kill')
if (unknown.length > 0) {
  console.error(`zstone-demo: Cannot take ${unknown.join(' ')}: the only flag is --kill`)
  process.exit(2)
}
const stop = new AbortController()
process.on('SIGINT', () => stop.abort())
process.on('SIGTERM', () => stop.abort())
const { faults, lines } = await runDemo({
  program: fileURLToPath(new URL('zstone', import.meta.url)),
  env: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ''])),
  kills: process.argv.includes('--kill'),
  signal: stop.signal,
  clock: systemClock,
  random: systemRandom,
  write: (line) => console.log(line),
})
console.log(`\nSummary\n${lines.map((line) => `  ${line}`).join('\n')}`)
for (const fault of faults) console.log(`  FAULT: ${fault}`)
console.log(faults.length === 0 ? '\nEvery object is intact and fully redundant.' : '\nIt failed.')
process.exit(faults.length === 0 ? 0 : 1)
