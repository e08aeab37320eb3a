/** The two that are measured, as processes: ours, and Debian's Prometheus. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '#test/free-port'
import { until } from '#test/until'

export interface Side {
  readonly name: 'ours' | 'Prometheus'
  readonly url: string
  readonly pid: number
  startRules(): void
  /** Ends it and starts it again on what it kept; resolves when it answers. */
  restart(): Promise<Side>
  close(): Promise<void>
}

const program = fileURLToPath(new URL('./program.ts', import.meta.url))

/** As `bin/launch.sh` starts what users start. */
const engine = ['--max-semi-space-size=16', '--no-incremental-marking-task']

export async function startOurs(folder: string, rulesFile: string): Promise<Side> {
  const flags = [...engine, '--disable-warning=ExperimentalWarning', program]
  const args = [process.execPath, ...flags, join(folder, 'ours'), rulesFile]
  const compiled = `NODE_COMPILE_CACHE=${join(folder, 'compiled')}`
  const child = spawn('env', [compiled, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = await once(createInterface(child.stdout), 'line')
  return sideOf({ name: 'ours', url: String(url), child }, () => startOurs(folder, rulesFile))
}

export async function startPrometheus(folder: string, rulesFile: string): Promise<Side> {
  const config = join(folder, 'prometheus.yml')
  mkdirSync(folder, { recursive: true })
  writeFileSync(config, 'global:\n  evaluation_interval: 15s\n')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    '--storage.tsdb.retention.time=2h',
    '--web.enable-remote-write-receiver',
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  await until(() => isReady(url), { what: 'prometheus is ready', withinMs: 120_000 })
  const side = sideOf({ name: 'Prometheus', url, child }, () => startPrometheus(folder, rulesFile))
  return {
    ...side,
    startRules() {
      writeFileSync(config, `global:\n  evaluation_interval: 15s\nrule_files: [${rulesFile}]\n`)
      side.startRules()
    },
  }
}

interface Started {
  readonly name: Side['name']
  readonly url: string
  readonly child: ChildProcess
}

function sideOf({ name, url, child }: Started, again: () => Promise<Side>): Side {
  const close = async () => {
    if (child.exitCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  return {
    name,
    url,
    pid: child.pid ?? 0,
    startRules: () => void child.kill('SIGHUP'),
    async restart() {
      await close()
      return await again()
    },
    close,
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok
  } catch {
    return false
  }
}
