/** Those that are measured, as processes: ours, Debian's Prometheus, and another that is named. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { givenPrometheus3 } from '#test/environment'
import { freePort } from '#test/free-port'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'

export interface Side {
  readonly name: string
  readonly url: string
  readonly pid: number
  /** What it reads and judges from now on. */
  configure(sections: Sections): void
  /** Ends it and starts it again on what it kept; resolves when it answers. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<Side>
  close(): Promise<void>
}

export interface Sections {
  /** `host:port` of what is scraped; absent: nothing. */
  readonly target?: string
  readonly rulesFile?: string
}

/** Of all sides; each has a folder of its own below `folder`. */
export async function startSides(
  folder: string,
  { isAlone }: { readonly isAlone: boolean },
): Promise<Side[]> {
  // The second time, as nearly always: what a program is compiled to is kept.
  const sides = [await (await startOurs(join(folder, 'ours'))).restart('SIGTERM')]
  if (isAlone) return sides
  if (hasPrometheus())
    sides.push(await startPrometheus({ name: '2.42', program: 'prometheus', folder }))
  const program = givenPrometheus3()
  if (program !== undefined) sides.push(await startPrometheus({ name: '3.x', program, folder }))
  return sides
}

function configOf({ target, rulesFile }: Sections): string {
  return JSON.stringify({
    global: { scrape_interval: '15s', scrape_timeout: '15s', evaluation_interval: '15s' },
    ...(rulesFile === undefined ? {} : { rule_files: [rulesFile] }),
    scrape_configs:
      target === undefined
        ? []
        : [{ job_name: 'devices', honor_labels: true, static_configs: [{ targets: [target] }] }],
  })
}

const program = fileURLToPath(new URL('./program.ts', import.meta.url))

/** As `bin/zstone` is started, unless `--engine=…` says otherwise. */
const engine = engineFlags()

function engineFlags(): string[] {
  const given = process.argv.find((word) => word.startsWith('--engine='))
  if (given !== undefined) return given.slice('--engine='.length).split(' ')
  const read = (name: string) => readFileSync(new URL(`../../bin/${name}`, import.meta.url), 'utf8')
  const [, own = ''] = /^engine_flags=(.*)$/m.exec(read('zstone')) ?? []
  const [, flags = ''] = /^engine="(.*)"$/m.exec(read('launch.sh')) ?? []
  // Variables with their defaults: `${young_mb:-16}`.
  const plain = flags.replace(/\$\{\w+:-([^}]*)\}/g, '$1')
  return [...plain.split(' '), own].filter((word) => word !== '')
}

async function startOurs(folder: string): Promise<Side> {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'scrape.yml')
  if (!existsSync(config)) writeFileSync(config, configOf({}))
  const flags = [...engine, '--disable-warning=ExperimentalWarning', program]
  const args = [process.execPath, ...flags, join(folder, 'samples'), config]
  const compiled = `NODE_COMPILE_CACHE=${join(folder, 'compiled')}`
  const child = spawn('env', [compiled, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [url] = await once(createInterface(child.stdout), 'line')
  return {
    ...sideOf({ name: 'ours', url: String(url), child }, () => startOurs(folder)),
    configure(sections) {
      writeFileSync(config, configOf(sections))
      if (sections.rulesFile !== undefined) child.stdin.write(`${sections.rulesFile}\n`)
    },
  }
}

interface PrometheusOptions {
  readonly name: string
  readonly program: string
  readonly folder: string
}

async function startPrometheus(options: PrometheusOptions): Promise<Side> {
  const own = join(options.folder, options.name)
  const config = join(own, 'prometheus.yml')
  mkdirSync(own, { recursive: true })
  if (!existsSync(config)) writeFileSync(config, configOf({}))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(own, 'data')}`,
    '--storage.tsdb.retention.time=2h',
    '--web.enable-remote-write-receiver',
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]
  const child = spawn(options.program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  await until(() => isReady(url), { what: 'prometheus is ready', withinMs: 120_000 })
  return {
    ...sideOf({ name: options.name, url, child }, () => startPrometheus(options)),
    configure(sections) {
      writeFileSync(config, configOf(sections))
      child.kill('SIGHUP')
    },
  }
}

interface Started {
  readonly name: string
  readonly url: string
  readonly child: ChildProcess
}

function sideOf({ name, url, child }: Started, again: () => Promise<Side>) {
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return {
    name,
    url,
    pid: child.pid ?? 0,
    async restart(signal: 'SIGTERM' | 'SIGKILL') {
      await end(signal)
      return await again()
    },
    close: () => end('SIGTERM'),
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok
  } catch {
    return false
  }
}
