/** Debian's prometheus-alertmanager and ours, given the same: their webhooks say the same. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { isBuildMachine } from '#test/environment'
import { freePort } from '#test/free-port'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from './arena.conformance.ts'

const program = 'prometheus-alertmanager'
const isMissing = spawnSync(program, ['--version']).status !== 0
if (isMissing && !isBuildMachine()) console.warn(`Skipped: ${program} is not installed`)
const withUpstream = isMissing && !isBuildMachine() ? test.skip : test

const yaml = (url: string) => `
route:
  receiver: all
  group_by: [alertname, cluster]
  group_wait: 500ms
  group_interval: 1s
  repeat_interval: 1h
  routes:
  - matchers: ['team="storage"', 'severity=~"page|warn"']
    receiver: storage
    group_by: ['...']
  - matchers: [audit=yes]
    receiver: audit
    continue: true
  - matchers: ['audit!=""']
    receiver: all
inhibit_rules:
- source_matchers: [severity=page]
  target_matchers: [severity=warn]
  equal: [node]
receivers:
- name: all
  webhook_configs: [{ url: '${url}/all' }]
- name: storage
  webhook_configs: [{ url: '${url}/storage' }, { url: '${url}/quiet', send_resolved: false }]
- name: audit
  webhook_configs: [{ url: '${url}/audit', max_alerts: 1 }]
`

let folder: string
let receivers: { ours: FakeReceiver; theirs: FakeReceiver }
let arena: Arena
let upstream: { readonly url: string; readonly child: ChildProcess }

beforeAll(async () => {
  if (isMissing && !isBuildMachine()) return
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-upstream-'))
  receivers = { ours: await openReceiver(), theirs: await openReceiver() }
  arena = await openArena(yaml(receivers.ours.url))
  upstream = await startUpstream(yaml(receivers.theirs.url))
})

afterAll(async () => {
  if (upstream === undefined) return
  const gone = once(upstream.child, 'exit')
  upstream.child.kill('SIGKILL')
  await gone
  await arena.close()
  await receivers.ours.close()
  await receivers.theirs.close()
  await rm(folder, { recursive: true })
})

async function startUpstream(text: string) {
  const file = path.join(folder, 'alertmanager.yml')
  await writeFile(file, text)
  const port = await freePort()
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.external-url=http://am.example',
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  )
  const url = `http://127.0.0.1:${port}`
  // An external URL without a path leaves the routes where they are.
  await until(() =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return { url, child }
}

async function both(method: 'POST', where: string, body: unknown): Promise<void> {
  const send = (url: string) =>
    fetch(`${url}${where}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  const statuses = await Promise.all([arena.url, upstream.url].map(send))
  expect(statuses.map(({ status }) => status)).toEqual([200, 200])
}

/** What is in a notification, but for fingerprints, what is ours and what is newer than 0.25. */
function said({ received }: FakeReceiver): readonly string[] {
  return received
    .map(({ path: where, body }) => {
      const { idempotencyKey, notification_reason, alerts, ...rest } = body
      const told = alerts.map(({ fingerprint, ...alert }) => alert)
      return JSON.stringify(sortedKeys({ where, ...rest, alerts: told }))
    })
    .sort()
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]))
}

const at = (fromNowMs: number) => new Date(systemClock.nowMs() + fromNowMs).toISOString()

async function bothHave(count: number): Promise<void> {
  const all = [receivers.ours, receivers.theirs]
  const enough = () => all.every(({ received }) => received.length >= count)
  await until(enough).catch(() => {}) // What differs is shown below.
  expect(said(receivers.ours)).toEqual(said(receivers.theirs))
  expect(receivers.ours.received).toHaveLength(count)
}

withUpstream('both say the same of the same alerts', async () => {
  const alert = (labels: object, more: object = {}): PostableAlert => ({
    labels: { alertname: 'A', ...labels },
    annotations: { summary: 'it is on' },
    startsAt: at(0),
    endsAt: at(3_600_000),
    generatorURL: 'http://prometheus.example/graph',
    ...more,
  })
  await both('POST', '/api/v2/silences', {
    matchers: [{ name: 'alertname', value: 'Hushed', isRegex: false }],
    startsAt: at(0),
    endsAt: at(3_600_000),
    createdBy: 'test',
    comment: 'quiet',
  })
  const storage = alert({ team: 'storage', severity: 'page', node: 'n1' })
  const plain = alert({ cluster: 'c', instance: 'b' })
  const first = [
    plain,
    alert({ cluster: 'c', instance: 'a' }, { annotations: { summary: 'other' } }),
    alert({ cluster: 'd', empty: '' }),
    storage,
    alert({ alertname: 'Held', severity: 'warn', node: 'n1' }),
    alert({ alertname: 'Free', severity: 'warn', node: 'n2' }),
    alert({ audit: 'yes', i: '1' }),
    alert({ audit: 'yes', i: '2' }),
    alert({ alertname: 'Hushed' }),
    alert({ alertname: 'Old' }, { startsAt: '2026-01-01T00:00:00Z' }),
  ]
  await both('POST', '/api/v2/alerts', first)
  await bothHave(8)
  await both(
    'POST',
    '/api/v2/alerts',
    [plain, storage].map((a) => ({ ...a, endsAt: at(0) })),
  )
  // The held one is free again.
  await bothHave(11)
})
