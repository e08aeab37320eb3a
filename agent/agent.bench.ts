/**
 * What a tick costs: `node agent/agent.bench.ts`. A false node with 32 processors, 24 disks and
 * 4 network devices is collected, rendered and pushed to a sink in a process of its own; then one
 * reading of 24 disks through smartctl (replayed).
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createCollection, createFiles, nodeCollectors } from '#collectors'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createAgent } from './agent.ts'

const ticks = 500
const disks = 24
const processors = 32
const root = mkdtempSync(join(tmpdir(), 'zstone-bench-'))
const repository = new URL('..', import.meta.url).pathname

function buildNode(): void {
  cpSync(join(repository, 'collectors/fixtures/node'), root, { recursive: true })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const counts = '25354637 34367663 1003346126 18492372 28444756 11134226 505697032 63877960 0 9 8'
  const cpuLine = (i: number) => `cpu${i} 44490 19 21045 1087069 220 1 1410 5 6 12\n`
  write('proc/stat', Array.from({ length: processors }, (_, i) => cpuLine(i)).join(''))
  const disk = (i: number) =>
    `   8 ${i * 16} sd${String.fromCharCode(97 + i)} ${counts} 1 2 3 4 5 6\n`
  write('proc/diskstats', Array.from({ length: disks }, (_, i) => disk(i)).join(''))
  for (let i = 0; i < disks; i++)
    write(`run/udev/data/b8:${i * 16}`, 'E:ID_MODEL=ZST_HD-4000\nE:ID_SERIAL_SHORT=ZST0A1B2\n')
  const meminfo = readFileSync('/proc/meminfo', 'utf8')
  write('proc/meminfo', meminfo)
  const device = (i: number) => `  eth${i}: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`
  write('proc/net/dev', [0, 1, 2, 3].map(device).join(''))
  for (let i = 1; i < 4; i++)
    cpSync(join(root, 'sys/class/net/eth0'), join(root, `sys/class/net/eth${i}`), {
      recursive: true,
    })
}

function buildDisks(): void {
  const recording = readFileSync(join(repository, 'demo/recordings/failing-3.json'), 'utf8')
  const names = Array.from({ length: disks }, (_, i) => `sd${String.fromCharCode(97 + i)}`)
  for (const name of names)
    writeFileSync(join(root, `${name}.json`), recording.replaceAll('@DEVICE@', name))
  const devices = names.map((name) => ({ name: `/dev/${name}`, type: 'sat' }))
  writeFileSync(join(root, 'scan.json'), JSON.stringify({ smartctl: { exit_status: 0 }, devices }))
}

async function openSink(): Promise<{ url: string; close(): void }> {
  const script =
    'require("http").createServer((q, s) => { q.resume(); q.on("end", () => s.end()) })' +
    '.listen(0, function () { console.log(this.address().port) })'
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()))
  })
  return { url: `http://127.0.0.1:${port}`, close: () => child.kill() }
}

const cpuMsOf = async (run: () => Promise<void>) => {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

buildNode()
buildDisks()
const sink = await openSink()
const world = { clock: systemClock, log: silentLog }
const collection = createCollection({
  ...world,
  collectors: nodeCollectors({
    ...world,
    files: createFiles(root, { keepsOpen: true }),
    machine: 'x86_64',
    smart: {
      path: join(repository, 'demo/smartctl-replay'),
      everyMs: 3_600_000,
      env: { PATH: '/usr/bin:/bin', SMART_REPLAY_DIR: root },
    },
  }),
})
const agent = createAgent({
  ...world,
  instance: 'bench',
  version: '0',
  collection,
  pushUrl: sink.url,
  everyMs: 15_000,
  tracer: createTracer('bench'),
  random: systemRandom,
})
const firstMs = await cpuMsOf(agent.collectNow)
for (let i = 0; i < 100; i++) await agent.collectNow()
const tickMs = await cpuMsOf(async () => {
  for (let i = 0; i < ticks; i++) await agent.collectNow()
})
const samples = agent
  .render()
  .split('\n')
  .filter((line) => /^[^#]/.test(line)).length
console.log(`${samples} samples, ${Math.round(agent.render().length / 1024)} KiB a push`)
console.log(`${(tickMs / ticks).toFixed(2)} ms of CPU a tick (collect, render, push)`)
console.log(`${firstMs.toFixed(0)} ms of CPU for the first, with ${disks} disks through smartctl`)
console.log(
  `${Math.round(process.memoryUsage().rss / 1024 / 1024)} MiB resident here; bin/zstnlet, which optimises nothing, has a third of it`,
)
await agent.close()
sink.close()
rmSync(root, { recursive: true })
