import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { message } from '../notifiers/notifier.conformance.ts'
import { known, newer, notification, pages, refused } from './cases.conformance.ts'
import { createNotificationTemplates, preview } from './notification-templates.ts'

const templates = createNotificationTemplates()
const nowMs = () => Date.parse('2026-01-02T03:05:05Z')
const { text, html } = templates.renderOf(notification, nowMs)

test('there are enough cases', () => {
  const all = [...known, ...newer, ...pages, ...refused]
  expect(all.length).toBeGreaterThan(110)
})

test.each([...known.filter(([, expected]) => !expected.endsWith('STRASSE')), ...newer])(
  '%s is %j',
  (source, expected) => {
    expect(text(source)).toBe(expected)
  },
)

test.each(pages.filter(([, expected]) => expected !== ''))('%s is %s', (source, expected) => {
  expect(html(source)).toBe(expected)
})

test.each(refused)('%s is refused: %s', (source, reason) => {
  expect(() => text(source)).toThrow(reason)
})

test('a preview is the text, or the error with its place', () => {
  const of = (source: string) => preview({ templates, source, as: 'text', nowMs }, notification)
  expect(of('{{ .Receiver }}')).toEqual({ kind: 'rendered', text: 'ops/all' })
  expect(of('a\n{{ .Nope }}')).toEqual({
    kind: 'refused',
    reason: `template: :2:3: executing "" at <.Nope>: can't evaluate field Nope in type template.Data`,
  })
  expect(of('{{')).toMatchObject({ kind: 'refused', reason: 'template: :1: unclosed action' })
})

test('every default template that a notifier asks for is there, and can be rendered', () => {
  const folder = path.join(import.meta.dirname, '..', 'notifiers')
  const sources = globSync('*.ts', { cwd: folder })
    .filter((file) => !/\.(test|conformance)\.ts$/.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  const asked = sources.flatMap((source) => source.match(/\w+\.default\.\w+/g) ?? [])
  expect(new Set(asked).size).toBeGreaterThan(40)
  const resolved = message({ status: 'resolved', alerts: [], commonLabels: {} }).notification
  for (const name of new Set([...asked, ...templates.names()])) {
    expect(templates.names()).toContain(name)
    if (/instances|_alert_list|_alert$|headline|__mail_/.test(name)) continue
    for (const one of [notification, message().notification, resolved]) {
      const render = templates.renderOf(one, nowMs)
      const source = `{{ template ${JSON.stringify(name)} . }}`
      expect(`${render.text(source)}${render.html(source)}`).not.toContain('<no value>')
    }
  }
})

test('a mail says first what to do, and leads to the runbook and the trace', () => {
  const render = templates.renderOf(message().notification, nowMs)
  const mail = render.html('{{ template "email.default.html" . }}')
  const order = [
    'Disk &lt;sdb&gt; is failing',
    'runbooks.example',
    'node',
    'Source',
    'a'.repeat(32),
  ]
  const places = order.map((part) => mail.indexOf(part))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(Math.min(...places)).toBeGreaterThan(0)
})

const missing = !existsSync('/usr/bin/amtool') && !isBuildMachine()
if (missing)
  console.log('Templates are not compared with amtool: apt-get install prometheus-alertmanager')
const describeWithAmtool = missing ? describe.skip : describe

describeWithAmtool('beside amtool', () => {
  let folder: string
  const run = promisify(execFile)

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'amtool-templates-'))
    await writeFile(path.join(folder, 'data.json'), JSON.stringify(notification))
    await writeFile(path.join(folder, 'own.tmpl'), '{{ define "own" }}{{ end }}')
  })
  afterAll(() => rm(folder, { recursive: true }))

  const amtool = async (source: string, type: 'text' | 'html'): Promise<string | undefined> => {
    const glob = ['--template.glob', path.join(folder, 'own.tmpl')]
    const data = ['--template.data', path.join(folder, 'data.json')]
    const args = ['template', 'render', ...glob, ...data, '--template.type', type]
    try {
      return (await run('/usr/bin/amtool', [...args, '--template.text', source])).stdout
    } catch {
      return undefined
    }
  }

  const oursOf = (source: string, as: 'text' | 'html') => {
    const result = preview({ templates, source, as, nowMs }, notification)
    return result.kind === 'rendered' ? result.text : undefined
  }

  test.each(known)('%s', async (source) => {
    expect(oursOf(source, 'text')).toBe(await amtool(source, 'text'))
  })

  test.each(pages)('%s', async (source) => {
    expect(oursOf(source, 'html')).toBe(await amtool(source, 'html'))
  })
})
