/** A Prometheus of a test's own: Debian's, over samples that the test gives it, and no target. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isBuildMachine } from './environment.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export interface PrometheusServer {
  readonly url: string
  close(): Promise<void>
}

/** Whether prometheus and promtool are installed; on a build machine their absence is an error. */
export function hasPrometheus(): boolean {
  const found = ['prometheus', 'promtool'].every(
    (program) => spawnSync(program, ['--version']).status === 0,
  )
  if (!found && isBuildMachine()) throw new Error('prometheus is not installed: apt-get it')
  if (!found) console.warn('Skipped: prometheus is not installed (apt-get install prometheus)')
  return found
}

/** `openMetrics` is text in that format, with a time on every sample. */
export async function openPrometheus(
  openMetrics: string,
  flags: readonly string[] = [],
  program = 'prometheus',
): Promise<PrometheusServer> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-prometheus-'))
  const [input, store, config] = ['input.om', 'store', 'prometheus.yml'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string] // As many as names.
  await fs.writeFile(input, openMetrics)
  await fs.writeFile(config, 'global:\n  evaluation_interval: 1m\n')
  const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', input, store])
  if (made.status !== 0) throw new Error(`promtool refused the samples: ${made.stderr}`)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${store}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stdio: 'ignore' },
  )
  await until(() => isReady(url), { what: 'prometheus is ready' })
  return {
    url,
    async close() {
      await ended(server)
      await fs.rm(folder, { recursive: true, force: true })
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok
  } catch {
    return false
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exit = once(server, 'exit')
  server.kill('SIGTERM')
  await exit
}
