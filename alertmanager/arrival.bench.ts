/** Alerts a second, ours (durable) beside Debian's prometheus-alertmanager (in memory). */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { sleep, systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { openEmbeddedPostgres } from '#lib/sql/embedded-postgres'
import { startProcess } from './process.conformance.ts'

const rows = [
  { batch: 1, alerts: 3000 },
  { batch: 50, alerts: 20_000 },
]
const connections = 16

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'zstone-bench-'))
  const configFile = path.join(folder, 'alertmanager.yml')
  await writeFile(
    configFile,
    'route: { receiver: quiet, group_by: [group], group_wait: 1h }\nreceivers: [{ name: quiet }]\n',
  )
  console.log(`${connections} connections, load ${loadavg()[0]?.toFixed(1)}`)
  try {
    await measureOurs(folder, configFile)
    await measureTheirs(folder, configFile)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureOurs(folder: string, configFile: string): Promise<void> {
  const world = { log: silentLog, clock: systemClock }
  const postgres = await openEmbeddedPostgres({ dataDir: path.join(folder, 'ours'), ...world })
  const ours = await startProcess(postgres.url, configFile)
  try {
    await measure('ours, durable', ours.url)
  } finally {
    await ours.kill()
    await postgres.close()
  }
}

async function measureTheirs(folder: string, configFile: string): Promise<void> {
  const program = 'prometheus-alertmanager'
  if (spawnSync(program, ['--version']).status !== 0)
    return console.log(`Left out: ${program} is not installed`)
  const port = await freePort()
  const child = spawn(
    program,
    [
      `--config.file=${configFile}`,
      `--storage.path=${path.join(folder, 'theirs')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  )
  try {
    await whenReady(`http://127.0.0.1:${port}`)
    await measure("Debian's, in memory", `http://127.0.0.1:${port}`)
  } finally {
    await ended(child)
  }
}

async function measure(name: string, url: string): Promise<void> {
  const times = { startsAt: timeOf(0), endsAt: timeOf(3_600_000) }
  for (const { batch, alerts } of rows)
    for (const phase of ['new', 're-sent']) {
      const startedMs = systemClock.monotonicMs()
      await postAll(url, { batch, alerts, times })
      const seconds = (systemClock.monotonicMs() - startedMs) / 1000
      const rate = Math.round(alerts / seconds)
      console.log(`${name}: batches of ${batch}, ${phase}: ${rate} alerts/s`)
    }
}

interface Load {
  readonly batch: number
  readonly alerts: number
  /** The same for new and re-sent ones. */
  readonly times: object
}

const timeOf = (fromNowMs: number) => new Date(systemClock.nowMs() + fromNowMs).toISOString()

async function postAll(url: string, { batch, alerts, times }: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  const work = async () => {
    while (next < alerts) {
      const first = next
      next += batch
      const body = Array.from({ length: batch }, (_, i) => alertOf(batch, first + i, times))
      await post(agent, url, JSON.stringify(body))
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  agent.destroy()
}

/** Of the size that Prometheus sends: eight labels, two annotations. */
const alertOf = (batch: number, i: number, times: object) => ({
  labels: {
    alertname: `Bench${batch}`,
    group: String(i % 100),
    instance: `node-${i}.example:9100`,
    job: 'node',
    device: `/dev/sd${i % 26}`,
    severity: 'warning',
    cluster: 'bench',
    rack: `r${i % 12}`,
  },
  annotations: { summary: `Disk ${i} is slow`, description: 'It takes longer than its peers' },
  ...times,
  generatorURL: 'http://prometheus.example/graph?g0.expr=slow',
})

function post(agent: Agent, url: string, body: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const call = request(`${url}/api/v2/alerts`, { agent, method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

async function whenReady(url: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(systemClock, 100)
  }
  throw new Error(`${url} does not get ready`)
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

await main()
