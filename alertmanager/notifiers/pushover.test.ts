import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, type PlainAnswer, type SentRequest } from './http.conformance.ts'
import { pushover } from './pushover.ts'
import { about, answersOf, attempted, form, resolved, takesAnyText } from './vendor.conformance.ts'

const seconds = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

/** The Message API as Pushover documents it. */
const post = z.strictObject({
  token: z.string().min(1),
  user: z.string().min(1),
  message: z.string().min(1).max(1024),
  title: z.string().max(250).optional(),
  url: z.string().max(512).optional(),
  url_title: z.string().max(100).optional(),
  device: z.string().optional(),
  sound: z.string().optional(),
  priority: z.enum(['-2', '-1', '0', '1', '2']).optional(),
  retry: seconds(30, 10_800),
  expire: seconds(1, 10_800),
  ttl: seconds(1, 1e9).optional(),
  html: z.literal('1').optional(),
  monospace: z.literal('1').optional(),
})

function vendor(sent: SentRequest): PlainAnswer {
  const isForm = sent.headers.get('Content-Type')?.startsWith('application/x-www-form-urlencoded')
  const { error } = post.safeParse(form(sent))
  const isThere = sent.method === 'POST' && sent.url === 'https://api.pushover.net/1/messages.json'
  if (isForm && isThere && error === undefined)
    return { status: 200, body: '{"status":1,"request":"r"}' }
  const errors = error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  return { status: 400, body: { status: 0, errors } }
}

const fills = {
  '{{ template "pushover.default.title" . }}': '[FIRING:1] DiskFailing',
  '{{ template "pushover.default.message" . }}': 'Disk <sdb> is failing',
  '{{ template "pushover.default.url" . }}': 'http://am.example/#/alerts',
  '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}': '2',
}

const yaml = 'user_key: user\ntoken: token'

httpConformance({
  kind: pushover,
  yaml: 'user_key: hunter2\ntoken: hunter2\npriority: "2"',
  answers: answersOf(vendor, { status: 0, errors: ['no'] }),
})

const body = {
  user: 'user',
  token: 'token',
  title: '[FIRING:1] DiskFailing',
  message: 'Disk <sdb> is failing',
  url: 'http://am.example/#/alerts',
  priority: '2',
  retry: '60',
  expire: '3600',
}

test('what fires is an emergency', async () => {
  const { outcome, sent } = await attempted(pushover, yaml, { vendor, about: about({}, fills) })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(form)).toEqual([body])
})

test('what is resolved is none', async () => {
  const priority = { '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}': '0' }
  const { outcome, sent } = await attempted(pushover, yaml, {
    vendor,
    about: about(resolved, { ...fills, ...priority }),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(form)).toEqual([{ ...body, priority: '0' }])
})

test('every option has its place in the message', async () => {
  const more = `${yaml}
url_title: Open
device: phone
sound: siren
retry: 2m
expire: 30m
ttl: 1h
html: true`
  const { outcome, sent } = await attempted(pushover, more, { vendor, about: about({}, fills) })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(form)).toEqual([
    {
      ...body,
      message: '<p>Disk <sdb> is failing</p>',
      url_title: 'Open',
      device: 'phone',
      sound: 'siren',
      retry: '120',
      expire: '1800',
      ttl: '3600',
      html: '1',
    },
  ])
})

test('monospace is said, and its text is not escaped', async () => {
  const { sent } = await attempted(pushover, `${yaml}\nmonospace: true`, {
    vendor,
    about: about({}, fills),
  })
  expect(sent.map(form)).toEqual([{ ...body, monospace: '1' }])
})

test('texts are cut to what Pushover takes', async () => {
  const long = ['title', 'message', 'url', 'url_title'].map(
    (name) => `${name}: ${'é'.repeat(2000)}`,
  )
  const { outcome, sent } = await attempted(pushover, [yaml, ...long].join('\n'), {
    vendor,
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(form(sent[0] as SentRequest)).toMatchObject({
    title: `${'é'.repeat(249)}…`,
    message: `${'é'.repeat(1023)}…`,
    url: `${'é'.repeat(511)}…`,
    url_title: `${'é'.repeat(99)}…`,
  })
})

test('an emergency is not refused for its times, nor for having nothing to say', async () => {
  const { outcome, sent } = await attempted(
    pushover,
    `${yaml}\nretry: 5s\nexpire: 1d\nmessage: "  "`,
    { vendor, about: about({}, fills) },
  )
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(form(sent[0] as SentRequest)).toMatchObject({
    retry: '30',
    expire: '10800',
    message: '(no details)',
  })
})

takesAnyText(
  { kind: pushover, yaml: `${yaml}\nurl_title: t\ndevice: d\nsound: s`, vendorOf: () => vendor },
  { user: 'user', token: 'token' },
)

test('Pushover’s reason is told, and what it does not know is left to it', async () => {
  const unknown = `${yaml}\npriority: urgent`
  const { sent } = await attempted(pushover, unknown, { vendor, about: about({}, fills) })
  expect(sent.map(form)).toEqual([{ ...body, priority: undefined }])
  const says = () => ({ status: 400, body: { status: 0, errors: ['key is invalid'] } })
  const { outcome } = await attempted(pushover, yaml, { vendor: says, about: about({}, fills) })
  const reason = 'unexpected status code 400: key is invalid'
  expect(outcome).toEqual({ kind: 'failed', passing: false, reason })
})

test.each([
  ['token: a', 'one of user_key or user_key_file must be configured'],
  ['user_key: a', 'one of token or token_file must be configured'],
  [
    'user_key: a\nuser_key_file: b\ntoken: c',
    'at most one of user_key & user_key_file must be configured',
  ],
  ['user_key: a\ntoken: b\ntoken_file: c', 'at most one of token & token_file must be configured'],
  [`${yaml}\nhtml: true\nmonospace: true`, 'at most one of monospace & html must be configured'],
])('%j is refused', (entry, says) => {
  expect(() => pushover.read(openYaml(entry, 'entry.yml'), globalDefaults)).toThrow(says)
})
