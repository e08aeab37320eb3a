import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, type PlainAnswer, type SentRequest } from './http.conformance.ts'
import { opsgenie } from './opsgenie.ts'
import {
  about,
  answersOf,
  attempted,
  resolved,
  sampleDedupKey,
  takesAnyText,
} from './vendor.conformance.ts'

/** The Alert API as Opsgenie documents it. */
const created = z.strictObject({
  message: z.string().min(1).max(130),
  alias: z.string().max(512),
  description: z.string().max(15_000).optional(),
  responders: z
    .array(
      z.union([
        z.strictObject({
          type: z.enum(['team', 'escalation', 'schedule']),
          id: z.string().optional(),
          name: z.string().optional(),
        }),
        z.strictObject({
          type: z.literal('user'),
          id: z.string().optional(),
          username: z.string().optional(),
        }),
      ]),
    )
    .max(50)
    .optional(),
  actions: z.array(z.string().max(50)).max(10).optional(),
  tags: z.array(z.string().max(50)).max(20).optional(),
  details: z.record(z.string(), z.string()).optional(),
  entity: z.string().max(512).optional(),
  source: z.string().max(100).optional(),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']).optional(),
  note: z.string().max(25_000).optional(),
})

const bodies: readonly [path: RegExp, method: string, body: z.ZodType][] = [
  [/^\/v2\/alerts$/, 'POST', created],
  [
    /^\/v2\/alerts\/[0-9a-f]{64}\/close\?identifierType=alias$/,
    'POST',
    z.strictObject({ source: z.string().max(100).optional() }),
  ],
  [
    /^\/v2\/alerts\/[0-9a-f]{64}\/message\?identifierType=alias$/,
    'PUT',
    z.strictObject({ message: z.string().min(1).max(130) }),
  ],
  [
    /^\/v2\/alerts\/[0-9a-f]{64}\/description\?identifierType=alias$/,
    'PUT',
    z.strictObject({ description: z.string().max(15_000) }),
  ],
]

function vendor(sent: SentRequest): PlainAnswer {
  const { pathname, search } = new URL(sent.url)
  const known = bodies.find(
    ([path, method]) => path.test(pathname + search) && method === sent.method,
  )
  if (known === undefined) return { status: 404, body: '{"message":"no such resource"}' }
  if (!/^GenieKey \S+$/.test(sent.headers.get('Authorization') ?? ''))
    return { status: 401, body: '{"message":"Key format is not valid!"}' }
  const { error } = known[2].safeParse(sent.json())
  if (error === undefined) return { status: 202, body: '{"result":"Request will be processed"}' }
  return { status: 422, body: { message: error.message } }
}

httpConformance({
  kind: opsgenie,
  yaml: 'api_key: hunter2',
  answers: answersOf(vendor, { message: 'no', errors: { tags: 'no' } }),
})

const fills = {
  '{{ template "opsgenie.default.message" . }}': '[FIRING:1] DiskFailing',
  '{{ template "opsgenie.default.description" . }}': 'Disk sdb is failing',
  '{{ template "opsgenie.default.source" . }}': 'http://am.example',
}

test('a group that fires creates an alert with the group’s alias', async () => {
  const { outcome, sent } = await attempted(opsgenie, 'api_key: key', {
    vendor,
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://api.opsgenie.com/v2/alerts',
  ])
  expect(sent[0]?.headers.get('Authorization')).toBe('GenieKey key')
  expect(sent.map((request) => request.json())).toEqual([
    {
      alias: sampleDedupKey,
      message: '[FIRING:1] DiskFailing',
      description: 'Disk sdb is failing',
      details: { alertname: 'DiskFailing', node: 'n1' },
      source: 'http://am.example',
    },
  ])
})

test('the same group, resolved, closes the alert', async () => {
  const { outcome, sent } = await attempted(opsgenie, 'api_key: key\napi_url: https://eu.example', {
    vendor,
    about: about(resolved, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `POST https://eu.example/v2/alerts/${sampleDedupKey}/close?identifierType=alias`,
  ])
  expect(sent.map((request) => request.json())).toEqual([{ source: 'http://am.example' }])
})

test('every option has its place in the alert', async () => {
  const yaml = `api_key: key
details: { node: '{{ node }}', rack: r7 }
entity: sdb
priority: P1
note: look
tags: 'storage, disk,,'
actions: Replace, Drain
responders:
- { name: ops, type: team }
- { username: ada@example.org, type: USER }
- { id: 4513b7ea, type: '{{ type }}' }
- { name: '{{ teams }}', type: teams }
- { name: '{{ nobody }}', type: schedule }`
  const more = {
    '{{ node }}': 'n1.example',
    '{{ type }}': 'escalation',
    '{{ teams }}': 'a, b',
    '{{ nobody }}': '',
  }
  const { outcome, sent } = await attempted(opsgenie, yaml, {
    vendor,
    about: about({}, { ...fills, ...more }),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.json()).toMatchObject({
    details: { alertname: 'DiskFailing', node: 'n1.example', rack: 'r7' },
    entity: 'sdb',
    priority: 'P1',
    note: 'look',
    tags: ['storage', 'disk'],
    actions: ['Replace', 'Drain'],
    responders: [
      { name: 'ops', type: 'team' },
      { username: 'ada@example.org', type: 'user' },
      { id: '4513b7ea', type: 'escalation' },
      { name: 'a', type: 'team' },
      { name: 'b', type: 'team' },
    ],
  })
})

test('an alert that is open takes the new texts where that is asked for', async () => {
  const { outcome, sent } = await attempted(opsgenie, 'api_key: key\nupdate_alerts: true', {
    vendor,
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  const by = `https://api.opsgenie.com/v2/alerts/${sampleDedupKey}`
  expect(sent.map(({ method, url, text }) => [method, url, text]).slice(1)).toEqual([
    ['PUT', `${by}/message?identifierType=alias`, '{"message":"[FIRING:1] DiskFailing"}'],
    ['PUT', `${by}/description?identifierType=alias`, '{"description":"Disk sdb is failing"}'],
  ])
  expect(sent.map(({ headers }) => headers.has('Idempotency-Key'))).toEqual([true, false, false])
})

test('texts are cut to what Opsgenie takes', async () => {
  const yaml = `api_key: key\nmessage: ${'é'.repeat(200)}\ndescription: ${'x'.repeat(20_000)}`
  const { outcome, sent } = await attempted(opsgenie, yaml, { vendor, about: about({}, fills) })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.json()).toMatchObject({
    message: `${'é'.repeat(129)}…`,
    description: `${'x'.repeat(14_999)}…`,
  })
})

test.each([
  [422, false],
  [403, false],
  [429, true],
  [503, true],
])('status %p may pass: %p', async (status, passing) => {
  const says = () => ({ status, body: { message: 'no', errors: { tags: 'too many' } } })
  const { outcome } = await attempted(opsgenie, 'api_key: key', { vendor: says, about: about() })
  const reason = `unexpected status code ${status}: no, tags: too many`
  expect(outcome).toEqual({ kind: 'failed', passing, reason })
})

takesAnyText(
  {
    kind: opsgenie,
    yaml: `api_key: key
update_alerts: true
entity: e
tags: t
actions: a
note: n
priority: p
details: { a: b }
responders: [{ name: n, type: team }, { name: n, type: teams }, { username: u, type: user }]`,
    vendorOf: () => vendor,
  },
  { key: 'key', team: 'team', teams: 'teams', user: 'user' },
)

test('a responder type that a template gets wrong is said', async () => {
  const yaml = `api_key: key\nresponders: [{ name: a, type: '{{ type }}' }]`
  const { outcome } = await attempted(opsgenie, yaml, {
    vendor,
    about: about({}, { ...fills, '{{ type }}': 'robot' }),
  })
  expect(outcome).toMatchObject({ kind: 'failed', passing: false })
  expect(JSON.stringify(outcome)).toContain('responder type robot')
})

test.each([
  ['message: a', 'no global OpsGenie API Key set either inline or in a file'],
  ['api_key: a\napi_key_file: b', 'at most one of api_key & api_key_file must be configured'],
  [
    'api_key: a\nresponders: [{ type: team }]',
    'has to have at least one of id, username or name specified',
  ],
  [
    'api_key: a\nresponders: [{ name: x, type: robot }]',
    'type does not match valid options ^(team|teams|user|escalation|schedule)$',
  ],
])('%j is refused', (yaml, says) => {
  expect(() => opsgenie.read(openYaml(yaml, 'entry.yml'), globalDefaults)).toThrow(says)
})
