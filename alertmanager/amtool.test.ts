import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { type Arena, openArena } from './arena.conformance.ts'

const version = /version (\S+?)[,\s+]/.exec(
  spawnSync('amtool', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1]
const isMissing = version === undefined
if (isMissing && !isBuildMachine())
  console.warn('Skipped: amtool is not installed (Debian: prometheus-alertmanager)')
const withAmtool = isMissing && !isBuildMachine() ? test.skip : test

const uuid = /^[0-9a-f-]{36}$/

let arena: Arena
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-amtool-'))
  arena = await openArena(
    `
route:
  receiver: quiet
  group_by: [alertname]
  group_wait: 1h
  routes: [{ matchers: ['a="b"'], receiver: two }]
receivers:
- name: quiet
  webhook_configs:
  - { url: 'http://hook.example/secret', http_config: { basic_auth: { username: u, password: hunter2 } } }
- name: two
  slack_configs: [{ api_url: 'https://hook.example/secret', channel: x, send_resolved: true }]
`,
    version === undefined ? {} : { version },
  )
})

afterAll(async () => {
  await arena.close()
  await rm(folder, { recursive: true })
})

/** Beside our own event loop, which has to answer it. */
function amtool(...args: string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const env = { PATH: '/usr/bin:/bin', HOME: folder, USER: 'tester' }
    const child = spawn('amtool', ['--alertmanager.url', arena.url, ...args], { env })
    let output = ''
    const add = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', add)
    child.stderr.on('data', add)
    child.on('error', reject)
    child.on('close', (status) => resolve({ status: status ?? -1, output }))
  })
}

withAmtool('alerts are added and queried', async () => {
  expect(
    await amtool('alert', 'add', 'DiskFull', 'node=n1', '--annotation=summary=it is full'),
  ).toEqual({ status: 0, output: '' })
  const { status, output } = await amtool('alert', 'query', 'node=n1')
  expect(status).toBe(0)
  expect(output).toMatch(/DiskFull .*it is full .*active/)
  expect((await amtool('alert', 'query', 'node=n2')).output).not.toContain('DiskFull')
  const asJson = await amtool('alert', 'query', '-o', 'json', 'alertname=~Disk.*')
  expect(JSON.parse(asJson.output)).toMatchObject([
    { labels: { alertname: 'DiskFull', node: 'n1' }, receivers: [{ name: 'quiet' }] },
  ])
})

withAmtool('silences are added, queried, prolonged and expired, and hide alerts', async () => {
  await amtool('alert', 'add', 'Noisy', 'node=n3')
  const added = await amtool('silence', 'add', 'alertname=Noisy', '-c', 'known', '-d', '2h')
  expect(added.status).toBe(0)
  const id = added.output.trim()
  expect(id).toMatch(uuid)
  expect((await amtool('silence', 'query')).output).toMatch(/Noisy/)
  expect((await amtool('alert', 'query', 'Noisy')).output).not.toMatch(/node/)
  expect((await amtool('alert', 'query', '--silenced', 'Noisy')).output).toMatch(/suppressed/)
  expect((await amtool('silence', 'update', id, '-d', '4h', '-c', 'still known')).output).toMatch(
    /still known/,
  )
  expect((await amtool('silence', 'query', '-q')).output.trim()).toBe(id)
  expect(await amtool('silence', 'expire', id)).toEqual({ status: 0, output: '' })
  expect((await amtool('silence', 'query', '-q')).output.trim()).toBe('')
  expect((await amtool('silence', 'query', '--expired', '-q')).output.trim()).toBe(id)
  expect((await amtool('alert', 'query', 'Noisy')).output).toMatch(/active/)
})

withAmtool('silences are exported, expired and imported again', async () => {
  const added = await amtool('silence', 'add', 'alertname=Moved', '-c', 'moved', '-d', '2h')
  const exported = await amtool('silence', 'query', '-o', 'json', 'alertname=Moved')
  expect(JSON.parse(exported.output)).toMatchObject([
    { comment: 'moved', createdBy: expect.any(String) },
  ])
  const file = path.join(folder, 'silences.json')
  await writeFile(file, exported.output)
  await amtool('silence', 'expire', added.output.trim())
  expect((await amtool('silence', 'import', '--force', file)).status).toBe(0)
  expect((await amtool('silence', 'query', '-q', 'alertname=Moved')).output.trim()).toMatch(uuid)
})

withAmtool('silences are found by what they match and by who made them', async () => {
  await amtool('silence', 'add', 'alertname=~Mine.*', '-c', 'mine', '-a', 'somebody', '-d', '2h')
  const found = async (...args: string[]) =>
    (await amtool('silence', 'query', '-q', ...args)).output.trim()
  expect(await found('--created-by=somebody')).toMatch(uuid)
  expect(await found('alertname=~Mine.*')).toMatch(uuid)
  expect(await found('alertname=Mine')).toBe('')
  expect(await found('--within=1h', '--created-by=somebody')).toBe('')
})

withAmtool('alerts are filtered by state and by receiver', async () => {
  await amtool('alert', 'add', 'Filtered', 'a=b')
  const found = async (...args: string[]) =>
    (await amtool('alert', 'query', '-o', 'simple', ...args)).output
  expect(await found('--receiver=two', 'Filtered')).toMatch(/Filtered/)
  expect(await found('--receiver=quiet', 'Filtered')).not.toMatch(/Filtered/)
  expect(await found('--active', 'Filtered')).toMatch(/Filtered/)
  expect(await found('--inhibited', 'Filtered')).not.toMatch(/Filtered .*active/)
})

withAmtool('the configuration and the cluster are shown, and routes are tested', async () => {
  expect((await amtool('config', 'show')).output).toMatch(/receiver: quiet/)
  expect((await amtool('config', 'show')).output).not.toMatch(/hook\.example|hunter2/)
  expect(await amtool('cluster', 'show')).toMatchObject({ status: 0 })
  expect((await amtool('config', 'routes', 'show')).output).toMatch(/a="b"}.*receiver: two/)
  const routed = await amtool('config', 'routes', 'test', 'a=b')
  expect(routed).toEqual({ status: 0, output: 'two\n' })
  expect((await amtool('config', 'routes', 'test', '--verify.receivers=quiet', 'a=b')).status).toBe(
    1,
  )
})

withAmtool('templates are rendered', async () => {
  const file = path.join(folder, 'own.tmpl')
  await writeFile(file, '{{ define "own" }}{{ .Status | toUpper }}{{ end }}')
  const rendered = await amtool(
    'template',
    'render',
    `--template.glob=${file}`,
    '--template.text={{ template "own" . }}',
  )
  expect(rendered).toMatchObject({ status: 0, output: expect.stringMatching(/^[A-Z]+$/) })
})
