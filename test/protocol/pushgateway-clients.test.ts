/** What people push with, against our gateway as a process; a real Prometheus reads it back. */
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { programOf, startChild, temporaryFolder } from '../e2e/child.ts'
import { scrapedFrom, startPrometheus } from '../e2e/prometheus-child.ts'
import { clients, goClient, names, type PushClient } from './push-clients.ts'

const isHere = hasPrometheus()
const withPrometheus = isHere ? describe : describe.skip

withPrometheus('a real client', () => {
  let folder: string
  let gateway: string
  let prometheus: string

  beforeAll(async () => {
    folder = await temporaryFolder()
    gateway = await startGateway(folder)
    const often = { scrape_interval: '500ms', scrape_timeout: '500ms' }
    const scrape_configs = [{ job_name: 'pushgateway', ...scrapedFrom(gateway) }]
    const flags = ['--enable-feature=native-histograms']
    prometheus = await startPrometheus({ global: often, scrape_configs }, flags)
  })

  for (const client of clients)
    testOf(client)(`pushes, adds and deletes with ${client.name}`, () => useAll(client))

  const go = goClient('')
  testOf(go)(`pushes, adds and deletes with ${go.name}`, () => useAll(goClient(folder)))

  test('promtool finds nothing to say about /metrics', async () => {
    const [client] = clients.filter((one) => one.missing() === undefined)
    await client?.push(gateway, { gauge: 1, histogram: 2, summary: 3 })
    const input = await (await fetch(`${gateway}/metrics`)).text()
    expect(input).toContain('client_temperature_celsius{')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input })
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
  })

  async function useAll(client: PushClient): Promise<void> {
    const { counter, gauge } = names
    const sum = `${names.summary}_sum`
    const count = client.isNative
      ? `histogram_count(${names.histogram})`
      : `${names.histogram}_count`
    await client.push(gateway, { counter: 1, gauge: -2.5, histogram: 3, summary: 4 })
    await reads(client, { [counter]: '1', [gauge]: '-2.5', [count]: '1', [sum]: '4' })
    await client.add(gateway, { gauge: 5 })
    await reads(client, { [counter]: '1', [gauge]: '5', [count]: '1', [sum]: '4' })
    await client.push(gateway, { gauge: 6 })
    await reads(client, { [gauge]: '6', [counter]: undefined, [count]: undefined })
    await client.remove(gateway)
    await reads(client, { [gauge]: undefined, push_time_seconds: undefined })
  }

  /** Waits until Prometheus gives each expression that value in the group of the client. */
  async function reads(client: PushClient, wanted: Record<string, string | undefined>) {
    const all = async () => {
      const found = await Promise.all(
        Object.keys(wanted).map(async (expression) => [expression, await read(client, expression)]),
      )
      return Object.fromEntries(found)
    }
    let last: object = {}
    const isSo = async () => {
      last = await all()
      return JSON.stringify(last) === JSON.stringify(wanted)
    }
    await until(isSo).catch(() => expect(last).toEqual(wanted))
  }

  async function read(client: PushClient, expression: string): Promise<string | undefined> {
    const group = `job="client",path=${JSON.stringify(client.path)}`
    const query = expression.includes('(')
      ? expression.replace(')', `{${group}})`)
      : `${expression}{${group}}`
    const reply = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)
    const { data } = (await reply.json()) as QueryReply // Prometheus promises it.
    return data?.result[0]?.value[1]
  }
})

interface QueryReply {
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] }
}

function testOf(client: PushClient) {
  const missing = client.missing()
  if (missing === undefined || !isHere) return test
  const told = `${client.name} is not installed: apt-get install ${missing}`
  if (isBuildMachine()) throw new Error(told)
  console.warn(`Skipped: ${told}`)
  return test.skip
}

async function startGateway(folder: string): Promise<string> {
  const args = ['--web.listen-address=127.0.0.1:0', `--persistence.file=${folder}/pushes`]
  const child = startChild(programOf('zstone-pushgateway'), { args, withinMs: 280_000 })
  const address = () => {
    if (child.result() !== undefined) throw new Error(`the gateway ended: ${child.stderr()}`)
    return /\b127\.0\.0\.1:\d{2,5}\b/.exec(child.stdout() + child.stderr())?.[0]
  }
  return `http://${await until(address, { what: 'the gateway listens' })}`
}
