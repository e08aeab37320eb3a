import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { message } from '../notifiers/notifier.conformance.ts'
import { loadConfig } from './config.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'templates-'))
  await mkdir(path.join(folder, 'sub'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (name: string, text: string) => writeFile(path.join(folder, name), text)

async function load(patterns: string) {
  const file = path.join(folder, 'am.yml')
  await writeFile(file, `templates: ${patterns}\nroute: { receiver: r }\nreceivers: [{ name: r }]`)
  return loadConfig(file)
}

async function rendered(patterns: string, source: string): Promise<string> {
  const { templates } = await load(patterns)
  return templates.renderOf(message().notification, () => 0).text(source)
}

test('files are found beside the configuration, and take the place of default templates', async () => {
  await write('sub/a.tmpl', '{{ define "__subject" }}own {{ .Receiver }}{{ end }}')
  await write('b.tmpl', '{{ define "b" }}b: {{ template "__subject" . }}{{ end }}')
  expect(await rendered('["sub/*.tmpl", b.tmpl]', '{{ template "b" . }}')).toBe('b: own ops')
  expect(await rendered('["sub/*.tmpl"]', '{{ template "slack.default.title" . }}')).toBe('own ops')
})

test('of two files that define one name the later one counts', async () => {
  await write('sub/1.tmpl', '{{ define "x" }}1{{ end }}')
  await write('sub/2.tmpl', '{{ define "x" }}2{{ end }}')
  expect(await rendered('["sub/*"]', '{{ template "x" }}')).toBe('2')
  expect(await rendered('[sub/2.tmpl, sub/1.tmpl]', '{{ template "x" }}')).toBe('1')
  expect(await rendered(`["${folder}/sub/[1].tmpl"]`, '{{ template "x" }}')).toBe('1')
  expect(await rendered('[sub/1.tmpl]', '{{ template "1.tmpl" }}')).toBe('')
})

test('a file that is faulty refuses the configuration, with its line', async () => {
  await write('bad.tmpl', '{{ define "x" }}\n{{ if }}\n{{ end }}{{ end }}')
  const at = path.join(folder, 'bad.tmpl')
  await expect(load('[bad.tmpl]')).rejects.toThrow(
    `Cannot load ${at}: line 2: missing value for if`,
  )
  await write('bad.tmpl', '{{ define "x" }}\n\n{{ nope . }}{{ end }}')
  await expect(load('["*.tmpl"]')).rejects.toThrow('line 3: function "nope" not defined')
})

test('an entry that matches nothing is taken, as upstream takes it, and noted', async () => {
  const { remarks } = await load('[nope.tmpl, "sub/*.tmpl"]')
  expect(remarks.map(({ what, line }) => [what, line])).toEqual([
    ['templates[0] matches no file', 1],
    ['templates[1] matches no file', 1],
  ])
})

test.each([
  ['x.tmpl', 'templates must be a list'],
  ['[""]', 'templates[0] names no file'],
  ['[{}]', 'templates[0] must be text'],
])('templates: %s is refused', async (patterns, says) => {
  await expect(load(patterns)).rejects.toThrow(says)
})
