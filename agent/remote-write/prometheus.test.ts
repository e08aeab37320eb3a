/** Debian's Prometheus as what keeps history: it takes late ticks where the scrapes have a gap. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { freePort } from '#test/free-port'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { openReceiver } from './receiver.ts'

const never = new AbortController().signal
const tick = (value: number, atMs: number) => ({
  atMs,
  text: Buffer.from(`# TYPE load gauge\nload{path="C:\\\\x\\n\\"y\\""} ${value}\n`),
})

interface Server {
  readonly url: string
  readonly child: ChildProcess
  readonly folder: string
}

async function open(flags: readonly string[], config = ''): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-history-'))
  await writeFile(join(folder, 'prometheus.yml'), `global: {}\n${config}`)
  const port = await freePort()
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'store')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stdio: 'ignore' },
  )
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok)
  return { url, child, folder }
}

async function close({ child, folder }: Server): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
  await rm(folder, { recursive: true, force: true })
}

const receiverAt = (url: string) =>
  openReceiver({ url: `${url}/api/v1/write`, instance: 'n1', version: '0' })

async function valuesIn(url: string) {
  const query = encodeURIComponent('load{job="zstone",instance="n1"}[1h]')
  const answer = await fetch(`${url}/api/v1/query?query=${query}`)
  const { data } = (await answer.json()) as {
    data: { result: { metric: object; values: [number, string][] }[] }
  }
  return data.result
}

test('late ticks are where they belong, under the labels of a push, and twice does no harm', async () => {
  if (!hasPrometheus()) return
  const server = await open(
    ['--web.enable-remote-write-receiver'],
    'storage:\n  tsdb:\n    out_of_order_time_window: 1h\n',
  )
  const receiver = receiverAt(server.url)
  const nowMs = systemClock.nowMs() - 10_000
  try {
    await receiver.send(tick(9, nowMs), never) // As if a scrape had been quicker.
    for (const age of [3, 2, 1, 1]) await receiver.send(tick(9 - age, nowMs - age * 15_000), never)
    const [series] = await valuesIn(server.url)
    expect(series?.metric).toEqual({
      __name__: 'load',
      instance: 'n1',
      job: 'zstone',
      path: 'C:\\x\n"y"',
    })
    expect(series?.values).toEqual(
      [3, 2, 1, 0].map((age) => [(nowMs - age * 15_000) / 1000, String(9 - age)]),
    )
  } finally {
    receiver.close()
    await close(server)
  }
})

test('a tick out of order is refused for good, a receiver that is not set up only for now', async () => {
  if (!hasPrometheus()) return
  const [strict, closed] = await Promise.all([
    open(['--web.enable-remote-write-receiver']),
    open([]),
  ])
  const receivers = [receiverAt(strict.url), receiverAt(closed.url)] as const
  const nowMs = systemClock.nowMs()
  try {
    await receivers[0].send(tick(1, nowMs), never)
    await expect(receivers[0].send(tick(1, nowMs - 60_000), never)).rejects.toMatchObject({
      code: 'REMOTE_WRITE_REFUSED',
      retry: false,
    })
    await expect(receivers[1].send(tick(1, nowMs), never)).rejects.toMatchObject({
      code: 'REMOTE_WRITE_FAILED',
      retry: true,
    })
  } finally {
    for (const receiver of receivers) receiver.close()
    await Promise.all([close(strict), close(closed)])
  }
})
