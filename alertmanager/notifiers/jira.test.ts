import { expect, test } from '@jest/globals'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance } from './http.conformance.ts'
import { createFakeJira } from './jira.conformance.ts'
import { jira } from './jira.ts'
import { adfOf } from './jira-document.ts'
import { jqlOf } from './jira-keeping.ts'
import {
  about,
  answersOf,
  attempted,
  resolved,
  sampleDedupKey,
  takesAnyText,
} from './vendor.conformance.ts'

const yaml = `api_url: https://jira.example/rest/api/2/
project: OPS
issue_type: Bug
http_config: { basic_auth: { username: zstone, password: hunter2 } }`

const fills = {
  '{{ template "jira.default.summary" . }}': '[FIRING:1] DiskFailing',
  '{{ template "jira.default.description" . }}': 'Disk sdb is failing',
  '{{ template "jira.default.priority" . }}': 'High',
}

httpConformance({
  kind: jira,
  yaml,
  answers: answersOf(createFakeJira().vendor, { errorMessages: ['no'], errors: { project: 'no' } }),
})

const groupLabel = `ALERT{${sampleDedupKey}}`

const firing = (more = {}) => about({}, { ...fills, ...more })
const ended = (more = {}) => about(resolved, { ...fills, ...more })

test('a group that fires opens an issue, and is remembered with it', async () => {
  const { vendor, issues } = createFakeJira()
  const { outcome, sent } = await attempted(jira, yaml, { vendor, about: firing() })
  expect(outcome).toMatchObject({ kind: 'delivered', memory: { issue: '10000' } })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://jira.example/rest/api/2/search',
    'POST https://jira.example/rest/api/2/issue',
  ])
  expect(sent[0]?.headers.get('Authorization')).toMatch(/^Basic /)
  expect(issues[0]?.fields).toEqual({
    project: { key: 'OPS' },
    issuetype: { name: 'Bug' },
    summary: '[FIRING:1] DiskFailing',
    description: 'Disk sdb is failing',
    labels: [groupLabel],
    priority: { name: 'High' },
  })
})

test('the issue that is there is updated, and not opened again', async () => {
  const { vendor, issues } = createFakeJira()
  await attempted(jira, yaml, { vendor, about: firing() })
  const summary = { '{{ template "jira.default.summary" . }}': '[FIRING:2] DiskFailing' }
  const { outcome } = await attempted(jira, yaml, { vendor, about: firing(summary) })
  expect(outcome).toMatchObject({ kind: 'delivered', memory: { issue: '10000' } })
  expect(issues.map(({ fields }) => fields.summary)).toEqual(['[FIRING:2] DiskFailing'])
})

test('texts that people may have changed stay where that is asked for', async () => {
  const { vendor, issues } = createFakeJira()
  const kept = `${yaml}\nsummary: { template: first, enable_update: false }
description: { enable_update: false }`
  await attempted(jira, kept, { vendor, about: firing() })
  const later = { '{{ template "jira.default.description" . }}': 'more', first: 'second' }
  await attempted(jira, kept, { vendor, about: firing(later) })
  expect(issues[0]?.fields).toMatchObject({ summary: 'first', description: 'Disk sdb is failing' })
})

test('nothing is opened to say that nothing is wrong', async () => {
  const { vendor, issues } = createFakeJira()
  const { outcome } = await attempted(jira, yaml, { vendor, about: ended() })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(issues).toEqual([])
})

test('an issue is resolved with its group, and opened again with it', async () => {
  const { vendor, issues } = createFakeJira()
  const moving = `${yaml}\nresolve_transition: Close\nreopen_transition: Open again`
  await attempted(jira, moving, { vendor, about: firing() })
  await attempted(jira, moving, { vendor, about: ended() })
  expect(issues.map(({ isDone }) => isDone)).toEqual([true])
  await attempted(jira, moving, { vendor, about: firing() })
  expect(issues.map(({ isDone }) => isDone)).toEqual([false])
})

test('an issue that is done is left alone where nothing opens it again', async () => {
  const { vendor, issues } = createFakeJira()
  const closing = `${yaml}\nresolve_transition: Close`
  await attempted(jira, closing, { vendor, about: firing() })
  await attempted(jira, closing, { vendor, about: ended() })
  await attempted(jira, closing, { vendor, about: firing() })
  expect(issues.map(({ isDone }) => isDone)).toEqual([true, false])
})

test('a transition that Jira does not offer is named', async () => {
  const { vendor } = createFakeJira()
  await attempted(jira, yaml, { vendor, about: firing() })
  const { outcome } = await attempted(jira, `${yaml}\nresolve_transition: Vanish`, {
    vendor,
    about: ended(),
  })
  expect(outcome).toEqual({
    kind: 'failed',
    passing: false,
    reason: 'Cannot move issue OPS-1: it has no transition "Vanish" where it stands',
  })
})

test('every option has its place in the issue', async () => {
  const { vendor, issues } = createFakeJira()
  const full = `${yaml}
priority: ''
labels: [zstone, '{{ none }}', zstone, storage]
fields:
  components: [{ name: '{{ component }}' }]
  customfield_10001: { value: red }
  customfield_10002: 7`
  const more = { '{{ none }}': '', '{{ component }}': 'disks' }
  const { outcome } = await attempted(jira, full, { vendor, about: firing(more) })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(issues[0]?.fields).toMatchObject({
    labels: [groupLabel, 'storage', 'zstone'],
    components: [{ name: 'disks' }],
    customfield_10001: { value: 'red' },
    customfield_10002: 7,
  })
  expect(issues[0]?.fields).not.toHaveProperty('priority')
})

test('texts are cut to what Jira takes', async () => {
  const { vendor, issues } = createFakeJira()
  const long = `${yaml}\nsummary: ${'é'.repeat(300)}\ndescription: ${'x'.repeat(40_000)}`
  const { outcome } = await attempted(jira, long, { vendor, about: firing() })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(issues[0]?.fields).toMatchObject({
    summary: `${'é'.repeat(254)}…`,
    description: `${'x'.repeat(32_766)}…`,
  })
})

const cloud = yaml.replace('jira.example/rest/api/2/', 'acme.atlassian.net/rest/api/3')

for (const version of ['2', '3'])
  takesAnyText(
    {
      kind: jira,
      yaml: `${yaml.replace('/2/', `/${version}/`)}\nlabels: [a, b]\nfields: { c: d }`,
      vendorOf: () => createFakeJira().vendor,
    },
    { OPS: 'OPS', Bug: 'Bug' },
  )

test('Jira Cloud takes documents, and is told which issue to look at as it is now', async () => {
  const { vendor, issues } = createFakeJira()
  await attempted(jira, cloud, { vendor, about: firing() })
  const again = { ...firing(), memory: { issue: '10000' } }
  const { outcome, sent } = await attempted(jira, cloud, { vendor, about: again })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://acme.atlassian.net/rest/api/3/search/jql',
    'PUT https://acme.atlassian.net/rest/api/3/issue/OPS-1',
  ])
  expect(sent[0]?.json()).toMatchObject({ reconcileIssues: [10_000] })
  expect(issues[0]?.fields.description).toEqual({
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Disk sdb is failing' }] }],
  })
})

test.each([
  ['cloud', 'https://jira.example/rest/api/2/search/jql'],
  ['datacenter', 'https://jira.example/rest/api/2/search'],
  ['auto', 'https://jira.example/rest/api/2/search'],
])('api_type %s searches at %s', async (type, address) => {
  const { vendor } = createFakeJira()
  const { sent } = await attempted(jira, `${yaml}\napi_type: ${type}`, { vendor, about: firing() })
  expect(sent[0]?.url).toBe(address)
})

test('a text becomes paragraphs and lines, and a document stays as it is', () => {
  const line = (text: string) => ({ type: 'text', text })
  expect(adfOf('a\nb\n\n\nc\n')).toEqual({
    type: 'doc',
    version: 1,
    content: [
      { type: 'paragraph', content: [line('a'), { type: 'hardBreak' }, line('b')] },
      { type: 'paragraph', content: [line('c')] },
    ],
  })
  expect(adfOf('')).toEqual({ type: 'doc', version: 1, content: [] })
  const own = { type: 'doc', version: 1, content: [{ type: 'rule' }] }
  expect(adfOf(JSON.stringify(own))).toEqual(own)
  expect(adfOf('{ not: a document')).toMatchObject({ content: [{ type: 'paragraph' }] })
})

const quiet = {
  reopenTransition: '',
  resolveTransition: '',
  wontFixResolution: '',
  reopenDurationMs: 0,
}
const where = { project: 'O"PS', groupLabel: 'ALERT{1}' }
const found = 'project = "O\\"PS" and labels = "ALERT{1}" order by status ASC, resolutiondate DESC'

test.each([
  ['firing', {}, `statusCategory != Done and ${found}`],
  ['firing', { reopenTransition: 'Open' }, found],
  ['resolved', { reopenTransition: 'Open' }, `statusCategory != Done and ${found}`],
  [
    'firing',
    { reopenTransition: 'Open', wontFixResolution: "Won't do", reopenDurationMs: 150_000 },
    `(resolution is EMPTY or resolution != "Won't do") and ` +
      `(resolutiondate is EMPTY or resolutiondate >= -2m) and ${found}`,
  ],
] as const)('of what is %s with %j it asks for %s', (status, more, jql) => {
  expect(jqlOf({ ...quiet, ...more }, where, status)).toBe(jql)
})

test.each([
  [400, false],
  [401, false],
  [404, false],
  [429, true],
  [500, true],
])('status %p may pass: %p', async (status, passing) => {
  const said = '{"errorMessages":["no"],"errors":{"priority":"unknown"}}'
  const says = () => ({ status, body: said })
  const { outcome } = await attempted(jira, yaml, { vendor: says, about: firing() })
  const reason = `unexpected status code ${status}: no, priority: unknown`
  expect(outcome).toEqual({ kind: 'failed', passing, reason })
})

const least = 'api_url: http://j/rest/api/2\nproject: A\nissue_type: B'

test.each([
  ['project: A\nissue_type: B', 'no global Jira Cloud URL set'],
  [least.replace('project: A', ''), 'missing project in jira_config'],
  [least.replace('issue_type: B', ''), 'missing issue_type in jira_config'],
  [`${least}\napi_type: server`, 'unknown api_type server in jira_config'],
  [`${least}\nsummary: { text: x }`, 'field text not found in type config.plain'],
])('%j is refused', (entry, says) => {
  expect(() => jira.read(openYaml(entry, 'entry.yml'), globalDefaults)).toThrow(says)
})
