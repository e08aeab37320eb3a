/** `zstone-alertmanager` as its users start it: flags, two instances with one store, its end. */
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { isBuildMachine, searchPath } from '#test/environment'
import { until } from '#test/until'
import { type Child, programOf, startChild, temporaryFolder } from '../e2e/child.ts'

const hasAmtool = spawnSync('amtool', ['--version']).status === 0
if (!hasAmtool && !isBuildMachine()) console.warn('Skipped: amtool is not installed')
const withAmtool = hasAmtool || isBuildMachine() ? test : test.skip

interface Instance {
  readonly child: Child
  readonly url: string
}

interface Status {
  readonly cluster: { readonly status: string; readonly peers: readonly { address: string }[] }
}

async function start(
  folder: string,
  name: string,
  more: readonly string[] = [],
): Promise<Instance> {
  const file = path.join(folder, 'alertmanager.yml')
  await writeFile(
    file,
    'route: { receiver: quiet, group_wait: 1h }\nreceivers: [{ name: quiet }]\n',
  )
  const child = startChild(programOf('zstone-alertmanager'), {
    args: [
      '--config.file',
      file,
      '--log.level',
      'debug',
      '--web.listen-address',
      '127.0.0.1:0',
      '--storage.path',
      path.join(folder, name),
      '--cluster.listen-address',
      '127.0.0.1:0',
      '--cluster.settle-timeout',
      '0s',
      ...more,
    ],
    env: { ZSTONE_WEB_VERSION: '0.25.0' },
    withinMs: 280_000,
  })
  const line = () => /msg="Listening on".* address=(\S+)/.exec(child.stderr())
  const found = await until(line, { what: 'it listens' })
  return { child, url: `http://${found[1]}` }
}

const statusOf = async ({ url }: Instance) =>
  (await (await fetch(`${url}/api/v2/status`)).json()) as Status

test('two instances share a store: each answers for both, and both end well', async () => {
  const folder = await temporaryFolder()
  const one = await start(folder, 'one')
  const [own] = (await statusOf(one)).cluster.peers
  const two = await start(folder, 'two', [`--cluster.peer=${own?.address}`])
  await until(async () => (await statusOf(one)).cluster.peers.length === 2)
  await until(async () => (await statusOf(two)).cluster.peers.length === 2)
  const posted = await fetch(`${two.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'a', value: 'b', isRegex: false }],
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2100-01-01T00:00:00Z',
      createdBy: 'me',
      comment: 'known',
    }),
  })
  const { silenceID } = (await posted.json()) as { silenceID: string }
  expect((await fetch(`${one.url}/api/v2/silence/${silenceID}`)).status).toBe(200)
  // The one that hosts the store goes first.
  expect(await one.child.end('SIGTERM')).toBe(0)
  expect(await two.child.end('SIGTERM')).toBe(0)
})

withAmtool('amtool shows the cluster', async () => {
  const folder = await temporaryFolder()
  const instance = await start(folder, 'one', ['--cluster.peer-name=me', '--web.route-prefix=/am'])
  const shown = () =>
    spawnSync('amtool', ['--alertmanager.url', `${instance.url}/am`, 'cluster', 'show'], {
      env: { PATH: searchPath(), HOME: folder },
      encoding: 'utf8',
    })
  await until(() => /Cluster Status:\s+ready/.test(shown().stdout))
  expect(shown().stdout).toMatch(/Node Name:\s+me/)
  expect((await fetch(`${instance.url}/am/`)).status).toBe(200)
  expect(await instance.child.end('SIGTERM')).toBe(0)
})

test.each([
  [['--cluster.peer=am2.example:9094'], /it is on another machine; give all instances one Postgre/],
  [['--enable-feature=nonsense'], /unknown option 'nonsense' for --enable-feature/],
  [['--log.format=xml'], /expected one of logfmt, json/],
])('%s is refused in one line', async (args, says) => {
  const folder = await temporaryFolder()
  const file = path.join(folder, 'alertmanager.yml')
  await writeFile(file, 'route: { receiver: quiet }\nreceivers: [{ name: quiet }]\n')
  const child = startChild(programOf('zstone-alertmanager'), {
    args: [`--config.file=${file}`, `--storage.path=${folder}/data`, ...args],
    withinMs: 60_000,
  })
  expect(await child.ended).toBe(1)
  expect(child.stderr().trim().split('\n')).toHaveLength(1)
  expect(child.stderr()).toMatch(says)
})
