/** Things to scrape, and a Prometheus that scrapes them as ours does: by one configuration. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type HttpServer, openHttp } from '#lib/http/server'
import { freePort } from '#test/free-port'
import { until } from '#test/until'

export interface Exposed {
  readonly body: string | Buffer
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface Exporter extends HttpServer {
  /** What stands at a path; the texts of an array one after the other, the last one for ever. */
  expose(path: string, ...texts: readonly (Exposed | string)[]): void
  /** How often somebody has read a path; a Prometheus says that it is one. */
  reads(path: string, by: 'Prometheus' | 'ZStone'): number
}

const text = { 'Content-Type': 'text/plain; version=0.0.4' }

export async function openExporter(): Promise<Exporter> {
  const pages = new Map<string, readonly (Exposed | string)[]>()
  const reads = new Map<string, number>()
  const server = await openHttp(
    { name: 'exporter', address: '127.0.0.1:0', flag: 'none' },
    ({ url = '', headers }, response) => {
      const by = headers['user-agent']?.startsWith('Prometheus') ? 'Prometheus' : 'ZStone'
      const path = new URL(url, 'http://localhost').pathname
      const count = reads.get(`${by} ${path}`) ?? 0
      reads.set(`${by} ${path}`, count + 1)
      const texts = pages.get(path) ?? [{ status: 404, body: '' }]
      const page = texts[Math.min(count, texts.length - 1)] ?? ''
      const {
        status = 200,
        headers: extra = text,
        body,
      } = typeof page === 'string' ? { body: page } : page
      const isPacked = headers['accept-encoding']?.includes('gzip') === true && body.length > 100
      const packed = isPacked ? { 'Content-Encoding': 'gzip' } : {}
      response.writeHead(status, { ...extra, ...packed }).end(isPacked ? gzipSync(body) : body)
    },
  )
  return {
    ...server,
    expose: (path, ...texts) => void pages.set(path, texts),
    reads: (path, by) => reads.get(`${by} ${path}`) ?? 0,
  }
}

export interface ScrapingPrometheus {
  readonly url: string
  close(): Promise<void>
}

export async function openScrapingPrometheus(
  configFile: string,
  program = 'prometheus',
): Promise<ScrapingPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-scraping-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const isReady = () =>
    fetch(`${url}/-/ready`)
      .then(({ ok }) => ok)
      .catch(() => false)
  await until(isReady, { what: 'prometheus is ready' })
  return {
    url,
    async close() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function writeConfig(folder: string, yaml: string): Promise<string> {
  const file = join(folder, 'prometheus.yml')
  await writeFile(file, yaml)
  return file
}
