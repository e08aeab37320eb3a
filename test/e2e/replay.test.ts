/** `zstnadm replay` over what a running zstone, or a real Prometheus, has seen and recorded. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { type HttpServer, openHttp } from '#lib/http/server'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { programOf, startChild, temporaryFolder } from './child.ts'
import { startPrometheus, targetOf } from './prometheus-child.ts'
import { promptMails, startZstone } from './zstone.ts'

const group = {
  name: 'lab',
  interval: '1s',
  rules: [
    { record: 'lab_temp:max', expr: 'max by (node) (lab_temp)' },
    { alert: 'LabHot', expr: 'lab_temp > 60', for: '2s', labels: { severity: 'warning' } },
    { alert: 'LabKept', expr: 'lab_temp > 60', keep_firing_for: '3s' },
    { alert: 'LabRecorded', expr: 'lab_temp:max > 60', for: '1s' },
    { alert: 'LabOften', expr: 'avg_over_time(lab_temp[5s]) > 50' },
    { alert: 'LabCool', expr: 'lab_temp < 50 unless on () vector(0) > 1' },
  ],
}
const hotNames: ReadonlySet<string> = new Set(['LabHot', 'LabKept', 'LabOften', 'LabRecorded'])
const names = ['LabCool', ...hotNames]

/** The file of those rules, with what is to be replaced in it. */
async function writeRules(name: string, ...replacements: [string, string][]): Promise<string> {
  const folder = path.join(await temporaryFolder(), name)
  await fs.mkdir(folder)
  const text = replacements.reduce(
    (all, [from, to]) => all.replaceAll(from, to),
    JSON.stringify({ groups: [group] }), // YAML holds JSON.
  )
  const file = path.join(folder, 'lab.rules.yml')
  await fs.writeFile(file, text)
  return file
}

async function replay(...args: string[]) {
  const child = startChild(programOf('zstnadm'), { args: ['replay', ...args], withinMs: 120_000 })
  const code = await child.ended
  return { code, said: child.stdout(), complaint: child.stderr() }
}

/** Hot, cool, hot again and cool again, each for as long as the rules take to see it. */
async function heatTwice(url: string, set: (temp: number) => Promise<void> | void): Promise<void> {
  const firing = async () => {
    const answer = await fetch(`${url}/api/v1/alerts`)
    const { data } = (await answer.json()) as { data: { alerts: Alert[] } } // As documented.
    const active = data.alerts.filter(({ state }) => state === 'firing')
    return new Set(active.map(({ labels }) => labels['alertname'] ?? ''))
  }
  await set(40)
  await until(async () => (await firing()).has('LabCool'))
  for (const _ of ['first', 'second']) {
    await set(70)
    await until(async () => hotNames.isSubsetOf(await firing()))
    await set(40)
    await until(async () => hotNames.isDisjointFrom(await firing()))
  }
}

interface Alert {
  readonly state: string
  readonly labels: Readonly<Record<string, string>>
}

/** What `--json` prints, as much of it as is looked at. */
interface Replayed {
  readonly totals: readonly { readonly name: string; readonly after: { readonly fired: number } }[]
  readonly differences: readonly { readonly kind: string; readonly labels: Alert['labels'] }[]
  readonly notifications?: { readonly receivers: readonly Told[] }
}

interface Told {
  readonly integration: string
  readonly before: { readonly firing: number }
  readonly after: { readonly firing: number }
}

const readReplay = (text: string): Replayed => JSON.parse(text)

/** Twice by itself, and more often where a scrape came too late: a gap ends what fires. */
function firedOf(totals: Replayed['totals'], name: string): readonly string[] {
  const fired = totals.find((one) => one.name === name)?.after.fired ?? 0
  expect(fired).toBeGreaterThanOrEqual(2)
  return Array(fired).fill(name)
}

test('a running zstone tells what other rules would have made of what it has seen', async () => {
  const rules = await writeRules('running')
  const dataDir = path.join(await temporaryFolder(), 'data')
  const args = [`--rules.files=${rules}`, '--promql.scrape.interval=1s', ...promptMails]
  const zstone = await startZstone({ dataDir, args })
  const prometheus = zstone.url.prometheus ?? ''
  const where = [`--zstone=${prometheus}`, `--alertmanager=${zstone.url.alertmanager}`]
  await heatTwice(prometheus, async (temp) => {
    const url = `${zstone.url.pushgateway}/metrics/job/lab/node/n1`
    await fetch(url, { method: 'PUT', body: `lab_temp ${temp}\n` })
  })

  const same = await replay(...where, '--changed', rules, '--json')
  const { differences: none, totals } = readReplay(same.said)
  expect(none).toEqual([])
  expect(same.code).toBe(0)

  const changed = await writeRules('changed', ['lab_temp > 60', 'lab_temp > 80'])
  const other = await replay(...where, '--changed', changed, '--json')
  expect(other.code).toBe(1)
  const { differences, notifications } = readReplay(other.said)
  const gone = ['LabHot', 'LabKept'].flatMap((name) => firedOf(totals, name))
  expect(differences.map(({ labels }) => labels['alertname']).sort()).toEqual(gone)
  expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(['gone']))
  const mails = notifications?.receivers.find(({ integration }) => integration === 'email[0]')
  expect(mails?.before.firing).toBeGreaterThanOrEqual(4)
  expect(mails?.after.firing).toBeLessThan(mails?.before.firing ?? 0)

  const text = await replay(...where, '--changed', path.dirname(changed))
  expect(text.said).toMatch(`Alerts that fire: ${gone.length} no more; notifications: `)
  expect(text.said).toContain('lab/LabHot  expr: lab_temp > 60 → lab_temp > 80')
})

test('what cannot be replayed says why, and ends with 2', async () => {
  const nobody = await replay('--zstone=http://127.0.0.1:9')
  expect(nobody).toMatchObject({ code: 2, said: '' })
  const words = await replay('--from=yesterday')
  expect(words.complaint).toBe(
    'zstnadm: Cannot replay: --from is "yesterday"; write a time such as 24h, 2026-01-31T12:00:00Z or now\n',
  )
})

const withPrometheus = hasPrometheus() ? test : test.skip
let target: HttpServer | undefined
afterAll(() => target?.close())

withPrometheus('the rules of a real Prometheus make again what it has recorded', async () => {
  let temp = 40
  target = await openHttp({ name: 'lab', address: '127.0.0.1:0', flag: '' }, (_, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4')
    response.end(`lab_temp{node="n1"} ${temp}\nlab_temp{node="n2"} ${temp - 1}\n`)
  })
  const rules = await writeRules('running')
  const url = await startPrometheus({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'lab', ...targetOf(target.url) }],
  })
  await heatTwice(url, (next) => {
    temp = next
  })

  const recorded = await replay(`--prometheus=${url}`, '--json')
  const { differences, totals } = readReplay(recorded.said)
  expect(differences).toEqual([])
  expect(recorded.code).toBe(0)
  expect(totals.map(({ name }) => name)).toEqual(names)
  for (const { after } of totals) expect(after.fired).toBeGreaterThanOrEqual(4)

  const changed = await writeRules('changed', ['"for":"2s"', '"for":"1h"'])
  const other = await replay(`--prometheus=${url}`, '--changed', changed, '--json')
  expect(other.code).toBe(1)
  const found = readReplay(other.said).differences
  expect(found.map(({ kind, labels }) => `${kind} ${labels['alertname']}`)).toEqual(
    firedOf(totals, 'LabHot').map((name) => `gone ${name}`),
  )
})
