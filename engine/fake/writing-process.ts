/** A process that writes for ever and says what was acknowledged, for the test that kills it. */
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { systemRandom } from '#lib/random'
import { openEmbeddedEngine } from '../embedded/embedded-engine.ts'
import type { DataDisk } from '../engine.ts'

const [, , name = '', disks = '[]'] = process.argv
const dataDisks: readonly DataDisk[] = JSON.parse(disks)
const engine = await openEmbeddedEngine({
  dataDisks,
  pools: [{ name: 'gold', copies: 3, faultDomain: 'rack', placementGroups: 16 }],
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  segmentBytes: 256 * 1024,
})

async function write(writer: number): Promise<void> {
  for (let i = 0; ; i++) {
    const key = `${name}/${writer}/${i % 50}`
    const value = `${key} ${i} `.repeat(1 + ((i * 37) % 400))
    process.stdout.write(`began ${key} ${i}\n`)
    await engine.put('gold', key, Buffer.from(value))
    process.stdout.write(`acknowledged ${key} ${i}\n`)
  }
}

await Promise.all([0, 1, 2, 3].map(write))
