/** Puts, gets and recovery on real folders of this machine; how much memory an object takes. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { systemRandom } from '#lib/random'
import { openEmbeddedEngine } from './embedded/embedded-engine.ts'
import type { DataDisk, Engine } from './engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'zstone-bench-'))
const dataDisks: DataDisk[] = Array.from({ length: 6 }, (_, i) => ({
  id: `d${i}`,
  datacentre: 'dc1',
  rack: `r${i % 3}`,
  node: `n${i}`,
  device: 'sda',
  path: join(folder, `d${i}`),
  sizeBytes: 2 ** 36,
}))

const engine = await openEmbeddedEngine({
  dataDisks,
  pools: [{ name: 'gold', copies: 3, faultDomain: 'rack' }],
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  recoveryBytesPerSecond: 1e9,
})

try {
  await putsAndGets(engine, { sizeBytes: 4096, count: 20_000, clients: 64 })
  await putsAndGets(engine, { sizeBytes: 4096, count: 2000, clients: 1 })
  await putsAndGets(engine, { sizeBytes: 65_536, count: 5000, clients: 32 })
  await recovery(engine)
  await memory(engine)
} finally {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
}

interface Load {
  readonly sizeBytes: number
  readonly count: number
  readonly clients: number
}

async function putsAndGets(engine: Engine, load: Load): Promise<void> {
  const { sizeBytes, count, clients } = load
  const bytes = Buffer.alloc(sizeBytes, 'zstone')
  const label = `${sizeBytes} B, 3 copies, ${clients} clients`
  const key = (i: number) => `${sizeBytes}/${clients}/${i}`
  await run(`put ${label}`, load, (i) => engine.put('gold', key(i), bytes))
  await run(`get ${label}`, load, (i) => engine.get('gold', key((i * 7919) % count)))
}

async function run(name: string, load: Load, once: (i: number) => Promise<unknown>): Promise<void> {
  const latenciesMs: number[] = []
  let next = 0
  const client = async () => {
    for (let i = next++; i < load.count; i = next++) {
      const startedMs = systemClock.monotonicMs()
      await once(i)
      latenciesMs.push(systemClock.monotonicMs() - startedMs)
    }
  }
  const startedMs = systemClock.monotonicMs()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: load.clients }, client))
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  latenciesMs.sort((a, b) => a - b)
  const p99 = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0
  const perSecond = Math.round(load.count / seconds)
  const megabytes = ((load.count * load.sizeBytes) / seconds / 1e6).toFixed(0)
  const cpuMicros = Math.round((user + system) / load.count)
  console.log(
    `${name}: ${perSecond}/s, ${megabytes} MB/s, p99 ${p99.toFixed(1)} ms, CPU ${cpuMicros} µs each`,
  )
}

async function recovery(engine: Engine): Promise<void> {
  const before = engine.status().recovery.bytesCopied
  const path = join(folder, 'd0')
  renameSync(path, `${path}-gone`)
  const isLost = () => engine.status().dataDisks[0]?.state === 'failed'
  while (!isLost()) await sleep(systemClock, 5)
  const startedMs = systemClock.monotonicMs()
  while (engine.status().recovery.groupsLeft > 0) await sleep(systemClock, 5)
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000
  const megabytes = (engine.status().recovery.bytesCopied - before) / 1e6
  console.log(
    `recovery: ${megabytes.toFixed(0)} MB in ${seconds.toFixed(2)} s, ${(megabytes / seconds).toFixed(0)} MB/s`,
  )
}

async function memory(engine: Engine): Promise<void> {
  const count = 100_000
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const one = Buffer.from('x')
  for (let i = 0; i < count; i += 1000)
    await Promise.all(
      Array.from({ length: 1000 }, (_, j) => engine.put('gold', `memory/${i + j}`, one)),
    )
  globalThis.gc?.()
  const each = (process.memoryUsage().heapUsed - before) / count
  console.log(`memory: ${Math.round(each)} bytes of heap an object of 3 copies`)
  const started = systemClock.monotonicMs()
  for (let i = 0; i < 100; i++) engine.status()
  const each2 = (systemClock.monotonicMs() - started) / 100
  console.log(`status: ${each2.toFixed(2)} ms with ${count} objects and more`)
}
