import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from '../arena.conformance.ts'

const program = fileURLToPath(new URL('../../bin/zstone-amtool', import.meta.url))

let receiver: FakeReceiver
let arena: Arena
let home: string

beforeAll(async () => {
  receiver = await openReceiver()
  home = await mkdtemp(path.join(os.tmpdir(), 'zstone-amtool-'))
  arena = await openArena(`
route:
  receiver: ops
  group_by: [alertname]
  group_wait: 50ms
  group_interval: 200ms
  repeat_interval: 4h
  routes:
  - { matchers: ['team="db"'], receiver: quiet }
  - { matchers: ['alertname="Night"'], mute_time_intervals: [always] }
receivers:
- name: ops
  webhook_configs:
  - url: ${receiver.url}/ops
- name: quiet
time_intervals:
- { name: always, time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }
inhibit_rules:
- { source_matchers: [alertname="Rack"], target_matchers: [alertname="Node"], equal: [rack] }
`)
})

afterAll(async () => {
  await arena.close()
  await receiver.close()
  await rm(home, { recursive: true })
})

interface Ended {
  readonly status: number
  readonly output: string
  readonly error: string
}

/** Beside our own event loop, which has to answer it. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, HOME: home, USER: 'tester' }
    const child = spawn(program, args, { env })
    const texts = { output: '', error: '' }
    child.stdout.on('data', (chunk: Buffer) => {
      texts.output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      texts.error += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status: status ?? -1, ...texts }))
  })
}

const amtool = (...args: string[]) => run('--alertmanager.url', arena.url, ...args)

const inMs = (ms: number) => new Date(systemClock.nowMs() + ms).toISOString()
const post = (labels: Record<string, string>) => arena.post([{ labels, startsAt: inMs(0) }])
const told = (name: string) =>
  receiver.received.filter(({ body }) => body.groupLabels.alertname === name)
const kindsOf = async (name: string) =>
  (
    await arena.get<{ events: { kind: string }[] }>(
      `/api/v1/history?order=asc&filter=alertname="${name}"`,
    )
  ).events.map(({ kind }) => kind)

test('an alert that was told is explained in a sentence, in steps and as JSON', async () => {
  await post({ alertname: 'Disk', node: 'n1' })
  await until(async () => (await kindsOf('Disk')).includes('delivered'))
  const simple = await amtool('explain', 'Disk')
  expect(simple).toMatchObject({ status: 0, error: '' })
  expect(simple.output).toMatch(
    /^alertname="Disk" node="n1"\n {2}Told to "ops" by webhook at [\d: -]+ \(first\); not repeated/,
  )
  const extended = await amtool('explain', '-o', 'extended', 'alertname=~D.*', 'node=n1')
  expect(extended.output).toMatch(/^route +root: matches and a?/m)
  expect(extended.output).toMatch(/^hold +nothing holds it back$/m)
  expect(extended.output).toMatch(
    /^history .* delivered ops\/webhook\[0\]: .*attempt=1 .*HTTP 200/m,
  )
  const [json] = JSON.parse((await amtool('explain', '-o', 'json', 'Disk')).output)
  expect(json).toMatchObject({ labels: { alertname: 'Disk' }, verdicts: [{ outcome: 'told' }] })
  expect(
    JSON.parse(
      (await amtool('explain', '--output=json', `--fingerprint=${json.fingerprint}`)).output,
    ),
  ).toHaveLength(1)
})

test('what holds an alert back is named: silence, inhibition, hour', async () => {
  await fetch(`${arena.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: 'Known', isRegex: false }],
      startsAt: inMs(0),
      endsAt: inMs(3_600_000),
      createdBy: 'ann',
      comment: 'new disk comes',
    }),
  })
  await post({ alertname: 'Rack', rack: 'r1' })
  await post({ alertname: 'Known' })
  await post({ alertname: 'Node', rack: 'r1' })
  await post({ alertname: 'Night' })
  await post({ alertname: 'Db', team: 'db' })
  for (const name of ['Known', 'Node', 'Night'])
    await until(async () => (await kindsOf(name)).includes('held'))
  const sentence = async (name: string) => (await amtool('explain', name)).output.split('\n')[1]
  expect(await sentence('Known')).toMatch(
    /Not told to "ops" by webhook: silence [\w-]{36} by ann holds it .* \("new disk comes"\)/,
  )
  expect(await sentence('Node')).toMatch(
    /Not told to "ops" by webhook: inhibited by \{alertname="Rack", rack="r1"\} \(\w+\)/,
  )
  expect((await amtool('explain', '-o', 'extended', 'Node')).output).toMatch(
    /rule 1 \(source \{alertname="Rack"\}, target \{alertname="Node"\}, equal rack\)/,
  )
  expect(await sentence('Night')).toBe(
    '  Not told to "ops" by webhook: mute time interval "always" keeps its route quiet',
  )
  expect(await sentence('Db')).toBe('  Nobody is told: receiver "quiet" has no integrations')
})

test('a receiver that is down, and the end of an alert', async () => {
  receiver.answer(503)
  const alert = { labels: { alertname: 'Down' }, startsAt: inMs(0) }
  await arena.post([alert])
  await until(async () => (await kindsOf('Down')).includes('failed'))
  const { output } = await amtool('explain', 'Down')
  expect(output).toMatch(
    /(by webhook: \d+ attempts? failed \(unexpected status code 503\); the next|Being told to)/,
  )
  receiver.answer(200)
  await arena.post([{ ...alert, endsAt: inMs(0) }])
  await until(() => told('Down').some(({ body }) => body.status === 'resolved'))
  await until(async () =>
    (
      await arena.get<{ text: string }[]>('/api/v1/explain?filter=alertname="Down"')
    )[0]?.text.includes('as resolved at'),
  )
})

test('history is a table, the latest last, and JSON of all pages', async () => {
  await post({ alertname: 'Many', n: '0' })
  await until(async () => (await kindsOf('Many')).includes('delivered'))
  const { output, status } = await amtool('history', '--from', '1h', 'Many')
  expect(status).toBe(0)
  const lines = output.trim().split('\n')
  expect(lines[0]).toMatch(/^At +Event +Alert +Receiver +Details$/)
  expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +fired +Many$/)
  expect(lines[2]).toMatch(/planned +1 alert +ops\/webhook\[0\] +reason=first$/)
  expect(lines[3]).toMatch(/delivered +ops\/webhook\[0\] +attempt=1 receipt=HTTP 200$/)
  const asJson = async (...args: string[]) =>
    JSON.parse((await amtool('history', '-o', 'json', ...args)).output) as { kind: string }[]
  const planned = await asJson('--receiver=ops', '--kind', 'planned', '--kind=delivered')
  expect(new Set(planned.map(({ kind }) => kind))).toEqual(new Set(['planned', 'delivered']))
  expect(await asJson('--limit', '2', 'Many')).toHaveLength(2)
  expect(await asJson('--to', '1h')).toEqual([])
})

test('somebody works on an alert, and no more', async () => {
  await post({ alertname: 'Owned' })
  await until(async () => (await kindsOf('Owned')).includes('delivered'))
  const acked = await amtool('ack', 'Owned', '-c', 'on it', '-d', '2h')
  expect(acked).toMatchObject({ status: 0, error: '' })
  await until(async () => (await kindsOf('Owned')).includes('acknowledged'))
  expect((await amtool('explain', 'Owned')).output).toMatch(/not repeated: \w+ works on it/)
  expect(await amtool('unack', acked.output.trim())).toMatchObject({ status: 0, output: '' })
  expect((await amtool('explain', 'Owned')).output).toMatch(/not repeated until/)
  expect(await amtool('ack', 'Owned')).toMatchObject({
    status: 1,
    error: expect.stringContaining('comment required'),
  })
})

test('a receiver is tried', async () => {
  const tried = await amtool('test', 'ops')
  expect(tried).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^webhook\[0\] +delivered/),
  })
  receiver.answer(500)
  expect(await amtool('test', 'ops')).toMatchObject({
    status: 1,
    output: expect.stringMatching(/^webhook\[0\] +failed .*unexpected status code 500/),
    error: 'zstone-amtool: error: 1 of 1 integrations were not reached\n',
  })
  receiver.answer(200)
})

test('the configuration file of amtool says where the alertmanager is', async () => {
  await mkdir(path.join(home, '.config/amtool'), { recursive: true })
  const file = path.join(home, '.config/amtool/config.yml')
  await writeFile(file, `alertmanager.url: ${arena.url}\noutput: json\ndate.format: 02.01. 15:04\n`)
  expect(JSON.parse((await run('history')).output).length).toBeGreaterThan(3)
  expect((await run('history', '-o', 'simple', 'Many')).output).toMatch(/^\d\d\.\d\d\. \d\d:\d\d /m)
  await rm(file)
})

test.each([
  [['explain', 'Nobody'], 'GET /api/v1/explain: 404: no such alert lives, and none is remembered'],
  [['explain'], 'GET /api/v1/explain: 400: give fingerprint= or filter= matchers'],
  [['history', '--kind=odd'], 'GET /api/v1/history: 400: there is no kind "odd"'],
  [['history', '--limit=none'], '--limit "none" is no whole number above 0'],
  [['sing'], 'expected command but got "sing", try --help'],
  [['explain', '--loud', 'x'], "unknown long flag '--loud', try --help"],
  [['explain', '-o', 'yaml'], "enum value must be one of extended,json,simple, got 'yaml'"],
])('%j ends with 1 and says why', async (args, why) => {
  const { status, error } = await amtool(...args)
  expect({ status, error }).toEqual({ status: 1, error: expect.stringContaining(`error: ${why}`) })
})

test('nobody answers there', async () => {
  const { status, error } = await run('--alertmanager.url=http://127.0.0.1:1', 'explain', 'x')
  expect(status).toBe(1)
  expect(error).toMatch(/^zstone-amtool: error: GET http:\/\/127\.0\.0\.1:1\/api\/v1\/explain: /)
  expect(await run('explain', 'x')).toMatchObject({
    status: 1,
    error: expect.stringContaining('required flag --alertmanager.url not provided'),
  })
})
