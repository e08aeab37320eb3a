import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, type PlainAnswer, type SentRequest } from './http.conformance.ts'
import { pagerduty } from './pagerduty.ts'
import {
  about,
  answersOf,
  attempted,
  resolved,
  sampleDedupKey,
  takesAnyText,
} from './vendor.conformance.ts'

/** The Events API v2 as PagerDuty documents it. */
const eventV2 = z.strictObject({
  routing_key: z.string().min(1),
  dedup_key: z.string().min(1).max(255),
  event_action: z.enum(['trigger', 'resolve']),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'warning', 'error', 'info']),
    class: z.string().min(1).optional(),
    component: z.string().min(1).optional(),
    group: z.string().min(1).optional(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
  images: z
    .array(
      z.strictObject({
        src: z.string().min(1),
        alt: z.string().optional(),
        href: z.string().optional(),
      }),
    )
    .optional(),
  links: z
    .array(z.strictObject({ href: z.string().min(1), text: z.string().optional() }))
    .optional(),
  client: z.string().optional(),
  client_url: z.string().optional(),
})

/** Version 1, likewise. */
const eventV1 = z.strictObject({
  service_key: z.string().min(1),
  incident_key: z.string().min(1),
  event_type: z.enum(['trigger', 'resolve']),
  description: z.string().min(1).max(1024),
  client: z.string().optional(),
  client_url: z.string().optional(),
  details: z.record(z.string(), z.unknown()),
})

function vendor(sent: SentRequest): PlainAnswer {
  if (Buffer.byteLength(sent.text) > 512 * 1024) return { status: 413, body: 'too large' }
  const isV2 = sent.url.endsWith('/v2/enqueue')
  const judged = (isV2 ? eventV2 : eventV1).safeParse(sent.json())
  if (judged.success) return { status: isV2 ? 202 : 200, body: '{"status":"success"}' }
  const errors = judged.error.issues.map(({ message }) => message)
  return { status: 400, body: { status: 'invalid event', errors } }
}

httpConformance({
  kind: pagerduty,
  yaml: 'routing_key: hunter2',
  answers: answersOf(vendor, { status: 'invalid event', message: 'no', errors: ['no'] }),
})

const fills = {
  '{{ template "pagerduty.default.client" . }}': 'ZStone',
  '{{ template "pagerduty.default.clientURL" . }}': 'http://am.example',
  '{{ template "pagerduty.default.description" .}}': '[FIRING:1] DiskFailing',
  '{{ .Alerts.Firing | toJson }}': '[{"status":"firing"}]',
  '{{ .Alerts.Resolved | toJson }}': '[]',
  '{{ .Alerts.Firing | len }}': '1',
  '{{ .Alerts.Resolved | len }}': '0',
}

const details = { firing: [{ status: 'firing' }], resolved: [], num_firing: '1', num_resolved: '0' }

test('a group that fires triggers an incident of its own', async () => {
  const { outcome, sent } = await attempted(pagerduty, 'routing_key: key', {
    vendor,
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(({ url, method }) => [method, url])).toEqual([
    ['POST', 'https://events.pagerduty.com/v2/enqueue'],
  ])
  expect(sent.map((request) => request.json())).toEqual([
    {
      routing_key: 'key',
      dedup_key: sampleDedupKey,
      event_action: 'trigger',
      payload: {
        summary: '[FIRING:1] DiskFailing',
        source: 'ZStone',
        severity: 'error',
        custom_details: details,
      },
      client: 'ZStone',
      client_url: 'http://am.example',
    },
  ])
})

test('the same group, resolved, resolves the same incident', async () => {
  const { outcome, sent } = await attempted(pagerduty, 'routing_key: key', {
    vendor,
    about: about(resolved, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map((request) => request.json())).toEqual([
    {
      routing_key: 'key',
      dedup_key: sampleDedupKey,
      event_action: 'resolve',
      payload: {
        summary: '[FIRING:1] DiskFailing',
        source: 'ZStone',
        severity: 'error',
        custom_details: details,
      },
    },
  ])
})

test('every option has its place in the event', async () => {
  const yaml = `routing_key: key
url: https://eu.example/v2/enqueue
source: node n1
severity: critical
class: disk
component: sdb
group: storage
details: { firing: none, deep: { list: [one, { two: '{{ two }}' }], count: 3 } }
images: [{ src: 'http://i/a.png', alt: a }, { src: '', href: 'http://nowhere' }]
links: [{ href: 'http://l', text: runbook }, { text: leads nowhere }]`
  const { outcome, sent } = await attempted(pagerduty, yaml, {
    vendor,
    about: about({}, { ...fills, '{{ two }}': '{"nested":true}' }),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.url).toBe('https://eu.example/v2/enqueue')
  expect(sent[0]?.json()).toMatchObject({
    payload: {
      source: 'node n1',
      severity: 'critical',
      class: 'disk',
      component: 'sdb',
      group: 'storage',
      custom_details: {
        ...details,
        firing: 'none',
        deep: { list: ['one', { two: { nested: true } }], count: 3 },
      },
    },
    images: [{ src: 'http://i/a.png', alt: 'a' }],
    links: [{ href: 'http://l', text: 'runbook' }],
  })
})

test.each([
  ['trigger', {}],
  ['resolve', resolved],
])('a service key speaks version 1 of the API (%s)', async (eventType, more) => {
  const { outcome, sent } = await attempted(pagerduty, 'service_key: key\nclient: ""', {
    vendor,
    about: about(more, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.url).toBe('https://events.pagerduty.com/generic/2010-04-15/create_event.json')
  expect(sent[0]?.json()).toEqual({
    service_key: 'key',
    incident_key: sampleDedupKey,
    event_type: eventType,
    description: '[FIRING:1] DiskFailing',
    details,
    ...(eventType === 'trigger' && { client_url: 'http://am.example' }),
  })
})

test('a summary is cut to 1,024 characters', async () => {
  const { outcome, sent } = await attempted(
    pagerduty,
    `routing_key: key\ndescription: ${'é'.repeat(2000)}`,
    { vendor, about: about({}, fills) },
  )
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.json()).toMatchObject({ payload: { summary: `${'é'.repeat(1023)}…` } })
})

test.each(['routing_key', 'service_key'])(
  'an event that is too large goes without its details (%s)',
  async (key) => {
    const yaml = `${key}: key\ndetails: { much: ${'x'.repeat(600_000)} }`
    const { outcome, sent } = await attempted(pagerduty, yaml, { vendor, about: about({}, fills) })
    expect(outcome).toMatchObject({ kind: 'delivered' })
    expect(sent[0]?.text).toContain('The details are left out')
    expect(sent[0]?.text.length).toBeLessThan(10_000)
  },
)

test.each([
  [400, false],
  [401, false],
  [403, true],
  [429, true],
  [500, true],
])('status %p may pass: %p', async (status, passing) => {
  const says = () => ({ status, body: { errors: ['because'] } })
  const { outcome } = await attempted(pagerduty, 'routing_key: key', {
    vendor: says,
    about: about({}, fills),
  })
  const reason = `unexpected status code ${status}: because`
  expect(outcome).toEqual({ kind: 'failed', passing, reason })
})

for (const key of ['routing_key', 'service_key']) {
  const yaml = `${key}: key
class: c
component: c
group: g
images: [{ src: s, alt: a, href: h }]
links: [{ href: h, text: t }]`
  takesAnyText({ kind: pagerduty, yaml, vendorOf: () => vendor }, { key: 'key' })
}

test('a key that a template leaves empty is nobody’s', async () => {
  const { outcome, sent } = await attempted(pagerduty, `routing_key: '{{ nothing }}'`, {
    vendor,
    about: about({}, { ...fills, '{{ nothing }}': '' }),
  })
  expect(outcome).toEqual({ kind: 'failed', passing: false, reason: 'routing key cannot be empty' })
  expect(sent).toEqual([])
})

test.each([
  ['url: http://h', 'missing service or routing key in PagerDuty config'],
  [
    'routing_key: a\nrouting_key_file: b',
    'at most one of routing_key & routing_key_file must be configured',
  ],
  [
    'service_key: a\nservice_key_file: b',
    'at most one of service_key & service_key_file must be configured',
  ],
  ['routing_key: a\ndetails: text', 'details must be a mapping'],
])('%j is refused', (yaml, says) => {
  expect(() => pagerduty.read(openYaml(yaml, 'entry.yml'), globalDefaults)).toThrow(says)
})
