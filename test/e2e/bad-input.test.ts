/**
 * What an operator gets wrong: one line that names the place and the remedy, and nothing breaks.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { temporaryFolder } from './child.ts'
import { isWell, launchZstone, startZstone, type Zstone } from './zstone.ts'

let folder: string
let running: Zstone
/** Of a second zstone that never gets to run; what it laid out is used again. */
let dataDir: string

const inFolder = (name: string) => path.join(folder, name)

beforeAll(async () => {
  folder = await temporaryFolder()
  dataDir = inFolder('second')
  await fs.writeFile(inFolder('alertmanager.yml'), alertmanagerYml('first'))
  running = await startZstone({
    dataDir: inFolder('data'),
    args: [`--alertmanager.config.file=${inFolder('alertmanager.yml')}`],
  })
})

afterEach(async () => {
  expect(await isWell(running)).toBe(true)
})

const alertmanagerYml = (receiver: string) =>
  `route:\n  receiver: ${receiver}\nreceivers:\n  - name: ${receiver}\n`
const alertmanagerYmlWrong = 'route:\n  receiver: a\n  grup_by: [b]\nreceivers:\n  - name: a\n'

describe('a second zstone is refused', () => {
  test('by an alertmanager.yml with an unknown key: file, line, key', async () => {
    await fs.writeFile(inFolder('wrong.yml'), alertmanagerYmlWrong)
    const line = await refusal(`--alertmanager.config.file=${inFolder('wrong.yml')}`)
    expect(line).toContain(`Cannot load ${inFolder('wrong.yml')}: line 3: field grup_by not found`)
  })

  test('by a rule with a broken expression: file, line, rule, and what is wrong with it', async () => {
    const file = inFolder('wrong.rules.yml')
    await fs.writeFile(file, 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(up\n')
    const line = await refusal(`--rules.files=${file}`)
    expect(line).toMatch(/wrong\.rules\.yml:5 group "g" rule "A": .*unclosed left parenthesis/)
  })

  test('by a pool that the nodes cannot hold', async () => {
    const pool = { name: 'gold', copies: 3, faultDomain: 'rack' }
    await fs.writeFile(inFolder('pool.yml'), JSON.stringify({ pools: [pool] }))
    const line = await refusal(`--config=${inFolder('pool.yml')}`)
    expect(line).toMatch(
      /Cannot create pool "gold": 3 copies need as many racks .*, and there are 1/,
    )
    expect(line).toMatch(/; add some or choose a narrower fault domain$/)
  })

  test('by an unknown flag, an unknown key, and a value of the wrong kind', async () => {
    expect(await refusal('--web.listen-adress=:1')).toContain('did you mean "web.listen-address"?')
    await fs.writeFile(inFolder('key.yml'), 'mail:\n  form: a@b\n')
    const line = await refusal(`--config=${inFolder('key.yml')}`)
    expect(line).toMatch(/configuration file \S+key\.yml: no setting has the name "mail\.form"/)
    expect(await refusal('--agent.interval=soon')).toMatch(
      /agent\.interval: .* such as 15s.*"soon"/,
    )
    expect(await refusal(`--config=${inFolder('absent.yml')}`)).toContain('absent.yml')
  })

  test('by the data directory of another that runs', async () => {
    const { child } = running
    const line = await refusal(`--data-dir=${inFolder('data')}`)
    expect(line).toContain(`process ${child.pid} uses it; stop that one, or set another`)
  })

  test('by a data directory that it cannot write', async () => {
    await fs.writeFile(inFolder('file'), '')
    expect(await refusal(`--data-dir=${inFolder('file/data')}`)).toMatch(/ENOTDIR.*--data-dir/)
    expect(await refusal('--data-dir=/proc/zstone')).toMatch(/ENOENT.*--data-dir/)
    if (process.getuid?.() === 0) return // Whom no permission stops.
    await fs.mkdir(inFolder('closed'), { mode: 0o500 })
    expect(await refusal(`--data-dir=${inFolder('closed/data')}`)).toMatch(/EACCES.*--data-dir/)
  })

  const addresses = ['web', 'pushgateway.web', 'alertmanager.web', 'promql.web', 'mailbox']

  test.each(addresses)('by an occupied port: %s', async (name) => {
    const { host } = new URL(running.url.web)
    const line = await refusal(`--${name}.listen-address=${host}`)
    expect(line).toContain(`on ${host}: the port is in use; set another with --${name}.listen`)
  })
})

describe('the zstone that runs refuses', () => {
  test('malformed text, with the line, and keeps what was pushed before', async () => {
    const url = `${running.url.pushgateway}/metrics/job/good`
    await fetch(url, { method: 'PUT', body: 'fine 1\n' })
    const answer = await fetch(url, { method: 'PUT', body: 'fine 2\nbad{ 2\n' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toMatch(/^text format parsing error in line 2: [^\n]+\n?$/)
    const shown = await (await fetch(`${running.url.pushgateway}/metrics`)).text()
    expect(shown).toMatch(/^fine\{.*job="good".*\} 1$/m)
  })

  test('an alertmanager.yml with an unknown key at a reload, and keeps the old one', async () => {
    const { alertmanager } = running.url
    const original = async () => {
      const answer = await fetch(`${alertmanager}/api/v2/status`)
      return ((await answer.json()) as { config: { original: string } }).config.original
    }
    await fs.writeFile(inFolder('alertmanager.yml'), alertmanagerYmlWrong)
    const answer = await fetch(`${alertmanager}/-/reload`, { method: 'POST' })
    expect(answer.status).toBe(500)
    expect(await answer.text()).toMatch(/alertmanager\.yml: line 3: field grup_by not found/)
    expect(await original()).toContain('first')
    await fs.writeFile(inFolder('alertmanager.yml'), alertmanagerYml('mended'))
    expect((await fetch(`${alertmanager}/-/reload`, { method: 'POST' })).status).toBe(200)
    expect(await original()).toContain('mended')
  })

  test('a pool that the nodes cannot hold, with the remedy', async () => {
    const answer = await running.ask('/v1/pools', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'gold', copies: 3, faultDomain: 'rack' }),
    })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({
      code: 'POOL_UNPLACEABLE',
      title: expect.stringMatching(/there are 1; add some or choose a narrower fault domain$/),
    })
  })
})

/** The one line that it says on standard error before it ends with 1; nothing else is said. */
async function refusal(arg: string): Promise<string> {
  const child = launchZstone({ dataDir, args: [arg], withinMs: 120_000 })
  const code = await child.ended
  expect([child.stdout(), code]).toEqual(['', 1])
  const lines = child.stderr().split('\n')
  expect(lines).toEqual([expect.stringMatching(/^zstone: Cannot /), ''])
  return lines[0] ?? ''
}
