/** A real Prometheus, our alertmanager and two receivers, each of which ends and comes back. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { type HttpServer, openHttp } from '#lib/http/server'
import { freePort } from '#test/free-port'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { type Child, programOf, startChild, temporaryFolder } from '../e2e/child.ts'
import { createMailServer, createWebhook, heard, type Receiver } from './alertmanager-receivers.ts'

const withPrometheus = hasPrometheus() ? test : test.skip

const names = ['DiskFailing', 'FanStopped', 'PoolFull'] as const
const broken = new Set<string>()

let target: HttpServer
let webhook: Receiver
let mails: Receiver

beforeAll(async () => {
  target = await openHttp({ name: 'a node', address: '127.0.0.1:0', flag: 'none' }, (_, response) =>
    response
      .setHeader('Content-Type', 'text/plain')
      .end(names.map((name) => `broken{part="${name}"} ${broken.has(name) ? 1 : 0}\n`).join('')),
  )
  webhook = await createWebhook()
  mails = await createMailServer()
  await Promise.all([webhook.open(), mails.open()])
})

afterAll(async () => {
  await Promise.all([webhook.close(), mails.close(), target.close()])
})

withPrometheus(
  'whoever ends and comes back, both receivers hear each start and each end once',
  async () => {
    const alertmanager = await ours()
    const prometheus = await theirs(alertmanager.url)
    await Promise.all([alertmanager.start(), prometheus.start()])

    broken.add('DiskFailing')
    await bothHear(['DiskFailing firing'])

    await alertmanager.end('SIGKILL')
    broken.add('FanStopped')
    await fires(prometheus, 'FanStopped')
    await alertmanager.start()
    await bothHear(['DiskFailing firing', 'FanStopped firing'])
    await saidAgain(alertmanager)

    await prometheus.end('SIGTERM')
    await prometheus.start()
    await saidAgain(alertmanager)
    await bothHear(['DiskFailing firing', 'FanStopped firing'])

    await Promise.all([webhook.close(), mails.close()])
    broken.add('PoolFull')
    for (const integration of ['webhook', 'email']) await fails(alertmanager, integration)
    await Promise.all([webhook.open(), mails.open()])
    await bothHear(names.map((name) => `${name} firing`))

    broken.clear()
    await bothHear(names.flatMap((name) => [`${name} firing`, `${name} resolved`]))
    await endsAreSaidAgain(alertmanager)
    await bothHear(names.flatMap((name) => [`${name} firing`, `${name} resolved`]))
  },
)

interface Program {
  readonly url: string
  start(): Promise<void>
  end(signal: NodeJS.Signals): Promise<void>
}

/** On the same port, and on what it kept, each time. */
function restartable(url: string, startOne: () => Child): Program {
  let child: Child | undefined
  return {
    url,
    async start() {
      const started = startOne()
      child = started
      const isReady = async () => {
        if (started.result() !== undefined) throw new Error(`It ended: ${started.stderr()}`)
        return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok
      }
      await until(isReady, { what: `${url} is ready` })
    },
    end: async (signal) => void (await child?.end(signal)),
  }
}

const quick = 'group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 1h'

async function ours(): Promise<Program> {
  const folder = await temporaryFolder()
  const file = path.join(folder, 'alertmanager.yml')
  await fs.writeFile(
    file,
    `route: { receiver: ops, ${quick} }
receivers:
  - name: ops
    webhook_configs: [{ url: 'http://127.0.0.1:${webhook.port}/' }]
    email_configs:
      - to: ops@example.org
        from: zstone@example.org
        smarthost: 127.0.0.1:${mails.port}
        require_tls: false
        send_resolved: true
`,
  )
  const address = `127.0.0.1:${await freePort()}`
  const args = [
    `--config.file=${file}`,
    `--storage.path=${path.join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]
  const program = programOf('zstone-alertmanager')
  return restartable(`http://${address}`, () => startChild(program, { args, withinMs: 280_000 }))
}

/**
 * What Prometheus says holds for four times as long, and must outlive whoever ends for a moment:
 * a Prometheus that starts sends nothing for five seconds, until it has found alertmanagers.
 */
const resendDelay = '8s'

async function theirs(alertmanager: string): Promise<Program> {
  const folder = await temporaryFolder()
  const rules = names.map((name) => ({ alert: name, expr: `broken{part="${name}"} == 1` }))
  const files = {
    'rules.yml': { groups: [{ name: 'parts', rules }] },
    'prometheus.yml': {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'node', ...at(target.url) }],
      alerting: { alertmanagers: [at(alertmanager)] },
    },
  }
  for (const [name, content] of Object.entries(files))
    await fs.writeFile(path.join(folder, name), JSON.stringify(content)) // YAML holds JSON.
  const address = `127.0.0.1:${await freePort()}`
  const args = [
    `--config.file=${path.join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${path.join(folder, 'store')}`,
    `--web.listen-address=${address}`,
    `--rules.alert.resend-delay=${resendDelay}`,
  ]
  return restartable(`http://${address}`, () =>
    startChild('prometheus', { args, withinMs: 280_000 }),
  )
}

const at = (url: string) => ({ static_configs: [{ targets: [new URL(url).host] }] })

/** Whatever comes beside it is a fault, and seen at once. */
async function bothHear(expected: readonly string[]): Promise<void> {
  for (const receiver of [webhook, mails]) {
    await until(() => expected.every((says) => heard(receiver).includes(says)), {
      what: `told: ${expected.join(', ')}`,
    }).catch((cause) => {
      throw new Error(`Heard ${JSON.stringify(receiver.taken)}`, { cause })
    })
    expect(heard(receiver).toSorted()).toEqual(expected.toSorted())
  }
}

async function read<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T // Both promise their API's shape.
}

async function fires({ url }: Program, wanted: string): Promise<void> {
  const firing = async () => {
    type Answer = { data: { alerts: { labels: { alertname: string } }[] } }
    const { data } = await read<Answer>(`${url}/api/v1/alerts`)
    return data.alerts.some(({ labels }) => labels.alertname === wanted)
  }
  await until(firing, { what: `${wanted} fires` })
}

/** All that fires was sent by Prometheus since now. */
async function saidAgain({ url }: Program): Promise<void> {
  const sinceMs = systemClock.nowMs()
  const isConfirmed = async () => {
    const alerts = await read<{ updatedAt: string }[]>(`${url}/api/v2/alerts`)
    const fresh = alerts.filter(({ updatedAt }) => Date.parse(updatedAt) > sinceMs)
    return fresh.length === broken.size
  }
  await until(isConfirmed, { what: 'Prometheus says again what fires' })
}

async function metric({ url }: Program, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(pattern.exec(text)?.[1] ?? 0)
}

async function fails(program: Program, integration: string): Promise<void> {
  const name = 'alertmanager_notifications_failed_total'
  const pattern = new RegExp(`^${name}\\{.*integration="${integration}".*\\} ([1-9]\\d*)$`, 'm')
  await until(() => metric(program, pattern), { what: `an attempt by ${integration} fails` })
}

/** Of each end Prometheus goes on to tell: a round of it, and one more has begun. */
async function endsAreSaidAgain(program: Program): Promise<void> {
  const pattern = /^alertmanager_alerts_received_total\{.*status="resolved".*\} (\d+)$/m
  const before = await metric(program, pattern)
  const isSaid = async () => (await metric(program, pattern)) > before + names.length
  await until(isSaid, { what: 'Prometheus says again what ended' })
}
