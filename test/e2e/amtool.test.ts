/** The tools that operators have at hand, against a zstone that runs. */
import { spawnSync } from 'node:child_process'
import { beforeAll, expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { startChild, temporaryFolder } from './child.ts'
import { postAlert, startZstone, type Zstone } from './zstone.ts'

const withAmtool = hasAmtool() ? test : test.skip
const withPromtool = hasPrometheus() ? test : test.skip

let folder: string
let zstone: Zstone

beforeAll(async () => {
  folder = await temporaryFolder()
  const args = ['--agent.interval=1s']
  zstone = await startZstone({ dataDir: `${folder}/data`, args })
})

withAmtool('amtool lists alerts', async () => {
  await postAlert(zstone, { alertname: 'FanStopped', node: 'n1' })
  expect(await amtool('alert', 'query', 'node=n1')).toMatch(
    /FanStopped .*About FanStopped .*active/,
  )
  const [alert] = JSON.parse(await amtool('alert', 'query', '-o', 'json', 'FanStopped'))
  expect(alert).toMatchObject({
    labels: { alertname: 'FanStopped', node: 'n1' },
    receivers: [{ name: 'people-and-master' }],
  })
})

withAmtool('amtool silences an alert and ends the silence', async () => {
  await postAlert(zstone, { alertname: 'FanLoud', node: 'n2' })
  const added = await amtool('silence', 'add', 'alertname=FanLoud', '-c', 'known', '-d', '1h')
  const id = added.trim()
  expect(await amtool('silence', 'query', 'alertname=FanLoud')).toMatch(`${id} `)
  expect(await amtool('alert', 'query', 'FanLoud')).not.toContain('active')
  expect(await amtool('alert', 'query', '--silenced', 'FanLoud')).toContain('suppressed')
  await amtool('silence', 'expire', id)
  expect(await amtool('silence', 'query', 'alertname=FanLoud')).not.toContain(id)
  expect(await amtool('alert', 'query', 'FanLoud')).toContain('active')
})

withAmtool('amtool shows the configuration', async () => {
  expect(await amtool('config', 'show')).toContain('receiver: people-and-master')
})

withPromtool('promtool can read what the gateway and zstone itself expose', async () => {
  const push = `${zstone.url.pushgateway}/metrics/job/backup/instance/n1`
  const body = '# TYPE backup_end_seconds gauge\nbackup_end_seconds 1.5e9\n'
  const answer = await fetch(push, { method: 'POST', body })
  expect(answer.status).toBe(200)
  const isWhole = (text: string) => /^node_cpu_seconds/m.test(text) && /^zstone_engine/m.test(text)
  const text = await until(async () => {
    const shown = await textOf(`${zstone.url.pushgateway}/metrics`)
    return isWhole(shown) ? shown : undefined
  })
  expect(text).toMatch(/^backup_end_seconds\{instance="n1",job="backup"\} 1.5e\+?0?9$/m)
  for (const page of [text, await textOf(`${zstone.url.web}/metrics`)]) {
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: page,
      encoding: 'utf8',
    })
    expect([0, 3]).toContain(status) // 3: it reads all of it, and has remarks on names.
    expect(stderr.split('\n').filter((line) => /^zstone_/.test(line))).toEqual([])
  }
})

/** What it prints; throws when it fails. */
async function amtool(...args: string[]): Promise<string> {
  const child = startChild('amtool', {
    args: ['--alertmanager.url', zstone.url.alertmanager, ...args],
    env: { HOME: folder, USER: 'tester' },
    withinMs: 60_000,
  })
  if ((await child.ended) !== 0) throw new Error(`amtool ${args.join(' ')}: ${child.stderr()}`)
  return child.stdout()
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text()
}

function hasAmtool(): boolean {
  const found = spawnSync('amtool', ['--version']).status === 0
  if (!found && isBuildMachine())
    throw new Error('amtool is not installed: apt-get prometheus-alertmanager')
  if (!found) console.warn('Skipped: amtool is not installed (Debian: prometheus-alertmanager)')
  return found
}
