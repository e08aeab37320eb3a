/** The same requests to Debian's prometheus-alertmanager and to ours: the answers are the same. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { isBuildMachine } from '#test/environment'
import { freePort } from '#test/free-port'
import { until } from '#test/until'
import { type Arena, openArena } from '../arena.conformance.ts'
import { type Exchange, requestsFrom } from './requests.conformance.ts'

const program = 'prometheus-alertmanager'
const version = /version (\d+\.\d+)/.exec(
  spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1]
if (version === undefined && !isBuildMachine()) console.warn(`Skipped: ${program} is missing`)
const withOriginal = version === undefined && !isBuildMachine() ? test.skip : test

const yaml = `
route:
  receiver: all
  group_by: [alertname]
  group_wait: 1h
  routes:
  - matchers: ['team="storage"']
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
- name: storage
- name: audit
`

let folder: string
let arena: Arena
let original: { readonly url: string; readonly child: ChildProcess } | undefined

beforeAll(async () => {
  if (version === undefined) return
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-differential-'))
  arena = await openArena(yaml)
  original = await startOriginal()
})

afterAll(async () => {
  if (original === undefined) return
  const gone = once(original.child, 'exit')
  original.child.kill('SIGKILL')
  await gone
  await arena.close()
  await rm(folder, { recursive: true })
})

async function startOriginal() {
  const file = path.join(folder, 'alertmanager.yml')
  await writeFile(file, yaml)
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  )
  const isReady = () =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(isReady)
  return { url: `http://${address}`, child }
}

withOriginal('both answer the same requests alike', async () => {
  const requests = requestsFrom(systemClock.nowMs())
  expect(requests.length).toBeGreaterThan(120)
  const ours = createClient(arena.url)
  const theirs = createClient(original?.url ?? '')
  const differences: object[] = []
  for (const exchange of requests) {
    const [own, other] = await Promise.all([ours(exchange), theirs(exchange)])
    const expected = isNewer(exchange) ? { ...own, status: exchange.status } : other
    if (JSON.stringify(own) !== JSON.stringify(expected))
      differences.push({ exchange, ours: own, theirs: expected })
  }
  expect(differences).toEqual([])
})

/** Whether Debian's is from before the answer became what it is. */
function isNewer({ since }: Exchange): boolean {
  const minor = (text = '') => Number(/^0\.(\d+)/.exec(text)?.[1])
  return since !== undefined && minor(since) > minor(version)
}

interface Reply {
  readonly status: number | undefined
  readonly type: string | null
  readonly allowed: readonly string[]
  readonly body: unknown
}

/** Keeps the ids that its server gave. */
function createClient(url: string): (exchange: Exchange) => Promise<Reply> {
  const ids = new Map<string, string>()
  return async ({ method, path: where, body, text, type, keeps }) => {
    const filled = where.replace(/\{(\w+)\}/g, (_, name) => ids.get(name) ?? 'no-id')
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const media =
      type ?? (text === undefined && sent !== undefined ? 'application/json' : undefined)
    const response = await fetch(`${url}${filled}`, {
      method,
      redirect: 'manual',
      headers: media === undefined ? {} : { 'Content-Type': media },
      ...(sent !== undefined && { body: sent }),
    })
    const answer = await response.text()
    if (keeps !== undefined) ids.set(keeps, JSON.parse(answer).silenceID)
    return replyOf(response, answer)
  }
}

function replyOf({ status, headers }: Response, answer: string): Reply {
  const type = headers.get('Content-Type')
  const isJson = type === 'application/json' && answer !== ''
  const allowed = (headers.get('Allow') ?? '').split(/, */).sort()
  return { status, type, allowed, body: isJson ? masked(JSON.parse(answer)) : answer }
}

const shownElsewhere = new Set(['updatedAt', 'uptime', 'versionInfo', 'cluster', 'config'])
/** What older originals do not have. */
const added = new Set(['mutedBy', 'routeLabels'])

/** Without ids and words that are each server's own; times near now are one, others an instant. */
function masked(value: unknown, key = ''): unknown {
  if (shownElsewhere.has(key)) return 'shown'
  if (['silencedBy', 'inhibitedBy'].includes(key) && Array.isArray(value)) return value.length
  if (Array.isArray(value)) return value.map((one) => masked(one))
  if (typeof value === 'object' && value !== null) {
    const isReceiver = Object.keys(value).every((name) => ['name', 'labels'].includes(name))
    const entries = Object.entries(value)
      .filter(([name]) => !added.has(name) && !(isReceiver && name === 'labels'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([name, one]) => [name, masked(one, name)]))
  }
  return typeof value === 'string' ? maskedText(value, key) : value
}

function maskedText(text: string, key: string): string {
  if (['id', 'silenceID'].includes(key)) return 'id'
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return timeOf(Date.parse(text))
  return text
    .replace(/(failed, because) .*/s, '$1')
    .replace(/(error parsing regexp): .*/s, '$1')
    .replace(/is not allowed, but \[.*/, 'is not allowed')
    .replace(/^silence invalid: (invalid label matcher 0)/, 'invalid silence: $1 in set 0')
    .replace(/^silence invalid: (at least one)/, 'invalid silence: matcher set 0: $1')
    .replace(/^invalid regular expression .*?: /, '')
    .replace(/(in set 0): invalid regular expression ".*": /, '$1: ')
}

/** The two were not asked at one instant; an alert without an end lives for five minutes. */
function timeOf(ms: number): string {
  const offMs = ms - systemClock.nowMs()
  if (Math.abs(offMs) < 30_000) return 'now'
  if (Math.abs(offMs - 300_000) < 30_000) return 'now + 5m'
  return new Date(ms).toISOString()
}
