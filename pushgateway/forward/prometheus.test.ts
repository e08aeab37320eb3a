/** Debian's Prometheus as the receiver: it holds what it would hold had it scraped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { freePort } from '#test/free-port'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { openTestGateway } from '../fake/gateway.ts'

const body = `# TYPE runs counter
runs{step="a b",path="C:\\\\x\\n\\"y\\""} 3
runs{step="é"} 1e+21
# TYPE took histogram
took_bucket{step="a",le="0.5"} 1
took_bucket{step="a",le="+Inf"} 2
took_sum{step="a"} 3.25
took_count{step="a"} 2
# TYPE size summary
size{quantile="0.9"} NaN
size_sum -Inf
size_count 0
odd{empty="",zone="z"} -0.5
`

test('what is pushed, replaced and deleted is at the receiver as if it had scraped', async () => {
  if (!hasPrometheus()) return
  const [prometheusPort, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'zstone-'))]
  const url = `http://127.0.0.1:${prometheusPort}`
  const gateway = await openTestGateway({
    flags: [`--forward.remote-write-url=${url}/api/v1/write`],
  })
  const server = await startPrometheus({ folder, port: prometheusPort, target: gateway.url })
  try {
    await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok)
    /** The two views, once they are alike and what was expected is in them. */
    const agreed = (isExpected: (series: readonly string[]) => boolean) =>
      until(async () => {
        const scraped = await seriesIn(url, '{via="scrape",job=~"one|two|three"}')
        const forwarded = await seriesIn(url, '{via="",job=~"one|two|three"}')
        const isDone = isExpected(scraped) && String(scraped) === String(forwarded)
        return isDone ? scraped : undefined
      })
    const write = async (method: string, path: string, body?: string) => {
      const { status, body: words } = await gateway.send(method, path, { body })
      expect(`${Math.floor(status / 100)} ${words}`).toBe('2 ')
    }
    await write('PUT', '/metrics/job/one', body)
    await write('PUT', '/metrics/job/one/instance/i', body)
    await write('PUT', '/metrics/job/two', 'alone 1\n')
    const pushed = await agreed((series) => series.length === 2 * 12 + 3)
    expect(pushed.filter((text) => text.startsWith('{"__name__":"odd"'))).toEqual([
      '{"__name__":"odd","instance":"i","job":"one","zone":"z"} -0.5',
      '{"__name__":"odd","job":"one","zone":"z"} -0.5',
    ])
    await write('PUT', '/metrics/job/one', '# TYPE runs counter\nruns{step="new"} 4\n')
    await write('POST', '/metrics/job/one/instance/i', 'odd{zone="y"} 7\n')
    await write('DELETE', '/metrics/job/two')
    await write('PUT', '/metrics/job/three', 'alone 2\n')
    const changed = await agreed((series) => series.length === 3 + 12 + 3)
    expect(changed.filter((text) => /"__name__":"(alone|odd)"/.test(text))).toEqual([
      '{"__name__":"alone","job":"three"} 2',
      '{"__name__":"odd","instance":"i","job":"one","zone":"y"} 7',
    ])
  } finally {
    await ended(server)
    await gateway.close()
    await rm(folder, { recursive: true, force: true })
  }
})

async function startPrometheus(given: {
  folder: string
  port: number
  target: string
}): Promise<ChildProcess> {
  const { folder, port, target } = given
  const config = join(folder, 'prometheus.yml')
  await writeFile(
    config,
    `scrape_configs:
  - job_name: gateway
    honor_labels: true
    scrape_interval: 1s
    static_configs: [{ targets: ['${new URL(target).host}'] }]
    metric_relabel_configs: [{ target_label: via, replacement: scrape }]
`,
  )
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'store')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
  ]
  return spawn('prometheus', args, { stdio: 'ignore' })
}

/** Of an instant query: labels without `via`, and the value, sorted. */
async function seriesIn(url: string, query: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] }
  }
  return data.result
    .map(({ metric: { via: _, ...labels }, value }) => {
      const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
      return `${JSON.stringify(Object.fromEntries(sorted))} ${value[1]}`
    })
    .sort()
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exit = once(server, 'exit')
  server.kill('SIGTERM')
  await exit
}
