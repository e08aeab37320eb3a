/** However it is started and ended: it comes up, leaves nothing running, and forgets nothing. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { isReachable } from '#lib/sql/postgres-place'
import { searchPath } from '#test/environment'
import { until } from '#test/until'
import { type Child, programOf, repository, temporaryFolder } from './child.ts'
import { isWell, postAlert, promptMails, startZstone, type Zstone } from './zstone.ts'

const isRoot = process.getuid?.() === 0
const asRoot = isRoot ? test : test.skip
if (!isRoot) console.warn('Skipped: what only root can try')

test('it starts from any folder, through a link, whatever node is first on the path', async () => {
  const folder = await temporaryFolder()
  await fs.mkdir(path.join(folder, 'fake'))
  await fs.writeFile(path.join(folder, 'fake/node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 })
  const link = path.join(folder, 'link')
  await fs.symlink(programOf('zstone'), link)
  const env = { PATH: `${path.join(folder, 'fake')}:${searchPath()}` }
  const zstone = await startZstone({ command: [link], dataDir: 'data', cwd: folder, env })
  console.info(`Ready after ${(zstone.readyMs / 1000).toFixed(1)} s, in a new data directory`)
  expect(await isWell(zstone)).toBe(true)
  expect(await fs.readdir(path.join(folder, 'data'))).toContain('master-token')
  expect(await zstone.child.end('SIGTERM')).toBe(0)
})

test.each([
  ['Ctrl-C', (child: Child) => child.interrupt()],
  ['SIGTERM to npm', (child: Child) => child.end('SIGTERM')],
])('npm start is the same, until %s', async (_, end) => {
  const folder = await temporaryFolder()
  const zstone = await startZstone({
    command: ['npm', 'start', '--'],
    cwd: repository,
    env: { HOME: folder },
    dataDir: path.join(folder, 'data'),
  })
  expect(await isWell(zstone)).toBe(true)
  await end(zstone.child)
  expect(zstone.child.stderr().split('\n').filter(isGrave)).toEqual([])
  expect(await processesOf(folder)).toEqual([])
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with 0, and all that it started',
  async (name) => {
    const folder = await temporaryFolder()
    const zstone = await startZstone({ dataDir: path.join(folder, 'data') })
    expect((await processesOf(folder)).length).toBeGreaterThan(1)
    expect(await zstone.child.end(name)).toBe(0)
    expect(await processesOf(folder)).toEqual([])
    expect(zstone.child.stderr().split('\n').filter(isGrave)).toEqual([])
  },
)

test('kill -9 loses nothing: a push, an alert, a silence and an object are there again', async () => {
  const folder = await temporaryFolder()
  const dataDir = path.join(folder, 'data')
  const first = await startZstone({ dataDir, args: promptMails })
  await fetch(`${first.url.pushgateway}/metrics/job/kept`, { method: 'PUT', body: 'kept 42\n' })
  await postAlert(first, { alertname: 'FanStopped', node: 'n1' })
  await until(async () => (await first.mails()).length > 0)
  const silence = await postSilence(first)
  const put = await first.ask('/v1/pools/default/objects/kept', { method: 'PUT', body: 'whole' })
  expect(put.ok).toBe(true)
  expect(await first.child.end('SIGKILL')).toBe('SIGKILL')

  const second = await startZstone({ dataDir, args: promptMails })
  expect(second.child.stdout()).not.toContain('shown this once')
  expect(await textOf(`${second.url.pushgateway}/metrics`)).toMatch(/^kept\{.*\} 42$/m)
  const { alertmanager } = second.url
  expect(await textOf(`${alertmanager}/api/v2/alerts?filter=alertname=FanStopped`)).toContain('n1')
  expect(await textOf(`${alertmanager}/api/v2/silence/${silence}`)).toContain('"active"')
  expect(await (await second.ask('/v1/pools/default/objects/kept')).text()).toBe('whole')
  await postAlert(second, { alertname: 'FanLoud', node: 'n1' })
  const subjects = async () => (await second.mails()).map(({ subject }) => subject)
  await until(async () => (await subjects()).some((subject) => subject.includes('FanLoud')))
  expect((await subjects()).filter((subject) => subject.includes('FanStopped'))).toHaveLength(1)
})

asRoot('an ordinary user can run it too', async () => {
  const nobody = { uid: 65_534, gid: 65_534 }
  if (!(await isReachable(path.join(repository, 'node_modules'), nobody)))
    return console.warn(`Skipped: no other user can enter ${repository}`)
  const home = path.join(await temporaryFolder(), 'home')
  await fs.mkdir(home)
  await fs.chown(home, nobody.uid, nobody.gid)
  const zstone = await startZstone({ dataDir: path.join(home, 'data'), cwd: home, ...nobody })
  expect(await isWell(zstone)).toBe(true)
  expect((await fs.stat(path.join(home, 'data/postgresql'))).uid).toBe(nobody.uid)
  expect(await zstone.child.end('SIGTERM')).toBe(0)
  expect(await processesOf(home)).toEqual([])
})

asRoot('root can keep the data in a folder that nobody else may enter', async () => {
  const secret = path.join(await temporaryFolder(), 'secret')
  await fs.mkdir(secret, { mode: 0o700 })
  const dataDir = path.join(secret, 'data')
  const first = await startZstone({ dataDir })
  const database = await fs.realpath(path.join(dataDir, 'postgresql'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => fs.rm(database, { recursive: true, force: true }))
  expect(database.startsWith(secret)).toBe(false)
  const silence = await postSilence(first)
  expect(await first.child.end('SIGTERM')).toBe(0)
  const second = await startZstone({ dataDir })
  const kept = await textOf(`${second.url.alertmanager}/api/v2/silence/${silence}`)
  expect(kept).toContain('"active"')
  expect(await second.child.end('SIGTERM')).toBe(0)
})

async function postSilence({ url }: Zstone): Promise<string> {
  const answer = await fetch(`${url.alertmanager}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: 'Other', isRegex: false, isEqual: true }],
      startsAt: new Date(Date.now()).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'tester',
      comment: 'known',
    }),
  })
  return ((await answer.json()) as { silenceID: string }).silenceID
}

/** What runs with this folder in its arguments, as the server and the database do. */
async function processesOf(folder: string): Promise<readonly string[]> {
  const ids = (await fs.readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(
    ids.map((id) => fs.readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  )
  return commands.filter((command) => command.includes(folder))
}

const textOf = async (url: string) => (await fetch(url)).text()

/** A line of the log that tells of a fault; that this machine has no smartctl is none. */
const isGrave = (line: string) => /"level":"error"/.test(line) || /^zstone: /.test(line)
