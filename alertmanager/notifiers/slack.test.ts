import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, letter, opened, outcomeFor, sent } from './chat.conformance.ts'
import { slack } from './slack.ts'

const text = z.string().min(1)

const confirmation = z.strictObject({
  text,
  title: text.optional(),
  ok_text: text.optional(),
  dismiss_text: text.optional(),
})

const button = z
  .strictObject({
    type: text,
    text,
    url: text.optional(),
    name: text.optional(),
    value: text.optional(),
    style: text.optional(),
    confirm: confirmation.optional(),
  })
  .refine(({ url, name }) => (url === undefined) !== (name === undefined))

const attachment = z.strictObject({
  title: z.string().refine((title) => [...title].length <= 1024),
  title_link: text.optional(),
  pretext: text.optional(),
  text: text.optional(),
  fallback: text.optional(),
  callback_id: text.optional(),
  footer: text.optional(),
  color: text.optional(),
  image_url: text.optional(),
  thumb_url: text.optional(),
  fields: z.array(z.strictObject({ title: text, value: text, short: z.boolean() })).optional(),
  mrkdwn_in: z.array(z.string()).optional(),
  actions: z.array(button).max(5).optional(),
})

/** A message with legacy attachments, as hooks and chat.postMessage take it. */
const schema = z.strictObject({
  channel: text.optional(),
  username: text.optional(),
  icon_emoji: text.optional(),
  icon_url: text.optional(),
  link_names: z.boolean().optional(),
  text: text.optional(),
  ts: text.optional(),
  attachments: z.array(attachment),
})

const yaml = 'api_url: https://hooks.slack.example/services/T0/B0/hunter2\nchannel: "#ops"'
const takes = () => ({ status: 200, body: 'ok' })

chatConformance({ kind: slack, yaml, takes, schema })

const viaApp = 'app_token: xoxb-hunter2\nchannel: "#ops"\nupdate_message: true\nsend_resolved: true'
const toldAtMs = String(letter({}).sentAtMs)
const posts = () => ({ status: 200, body: { ok: true, channel: 'C1', ts: '17.01' } })

test.each([
  ['firing', 'danger'],
  ['resolved', 'good'],
] as const)('the attachment of what is %s', async (status, color) => {
  const { requests } = await sent(slack, yaml, { status, takes })
  expect(requests).toHaveLength(1)
  expect(requests[0]?.body).toEqual({
    channel: '#ops',
    username: 'slack.default.username',
    attachments: [
      {
        title: 'slack.default.title',
        title_link: 'slack.default.titlelink',
        pretext: 'slack.default.pretext',
        text: 'slack.default.text',
        fallback: 'slack.default.fallback',
        callback_id: 'slack.default.callbackid',
        footer: 'slack.default.footer',
        color,
        mrkdwn_in: ['fallback', 'pretext', 'text'],
      },
    ],
  })
})

test('every option is sent', async () => {
  const more = `${yaml}
username: u
icon_emoji: ":x:"
icon_url: http://i
message_text: m
title: t
title_link: http://l
pretext: p
text: x
fallback: f
callback_id: c
footer: o
color: '#123456'
image_url: http://im
thumb_url: http://th
link_names: true
mrkdwn_in: [text]
short_fields: true
fields: [{ title: a, value: '{{ template "v" . }}' }, { title: b, value: w, short: false }]
actions:
- { type: button, text: go, url: http://go, name: dropped, style: primary }
- { type: button, text: ack, name: n, value: v, confirm: { text: sure, ok_text: yes } }`
  const { requests } = await sent(slack, more, { takes })
  expect(schema.parse(requests[0]?.body)).toEqual({
    channel: '#ops',
    username: 'u',
    icon_emoji: ':x:',
    icon_url: 'http://i',
    link_names: true,
    text: 'm',
    attachments: [
      {
        title: 't',
        title_link: 'http://l',
        pretext: 'p',
        text: 'x',
        fallback: 'f',
        callback_id: 'c',
        footer: 'o',
        color: '#123456',
        image_url: 'http://im',
        thumb_url: 'http://th',
        mrkdwn_in: ['text'],
        fields: [
          { title: 'a', value: 'v', short: true },
          { title: 'b', value: 'w', short: false },
        ],
        actions: [
          { type: 'button', text: 'go', url: 'http://go', style: 'primary' },
          {
            type: 'button',
            text: 'ack',
            name: 'n',
            value: 'v',
            confirm: { text: 'sure', ok_text: 'yes' },
          },
        ],
      },
    ],
  })
})

test('an app posts with its token', async () => {
  const { requests } = await sent(slack, 'app_token: xoxb-1\nchannel: c', { takes: posts })
  expect(requests[0]?.url).toBe('https://slack.com/api/chat.postMessage')
  expect(requests[0]?.headers.get('Authorization')).toBe('Bearer xoxb-1')
})

test('hook, token and the address of the API can stand in global', async () => {
  const hook = await sent(slack, 'channel: c', { takes, global: 'slack_api_url: http://hook/g' })
  expect(hook.requests[0]?.url).toBe('http://hook/g')
  const global = 'slack_app_token: xoxb-g\nslack_app_url: http://slack.example/api/chat.postMessage'
  const app = await sent(slack, 'channel: c', { takes: posts, global })
  expect(app.requests[0]?.url).toBe('http://slack.example/api/chat.postMessage')
  expect(app.requests[0]?.headers.get('Authorization')).toBe('Bearer xoxb-g')
  const own = await sent(slack, 'channel: c\napi_url: http://own/', { takes, global })
  expect(own.requests[0]?.url).toBe('http://own/')
  expect(own.requests[0]?.headers.get('Authorization')).toBeNull()
})

test('update_message edits what was posted, until the group is resolved', async () => {
  const { notifier, requests } = opened(slack, viaApp, { takes: posts })
  const { signal } = new AbortController()
  const first = await notifier.send(letter({}), signal)
  const memory = { ts: '17.01', channel: 'C1', toldAtMs: String(letter({}).sentAtMs) }
  expect(first).toMatchObject({ kind: 'delivered', memory })
  const second = await notifier.send(letter({ memory }), signal)
  expect(second).toMatchObject({ kind: 'delivered', memory })
  const last = await notifier.send(letter({ memory, status: 'resolved' }), signal)
  expect(last).toMatchObject({ kind: 'delivered', memory: {} })
  expect(requests.map(({ url }) => url.replace('https://slack.com/api/', ''))).toEqual([
    'chat.postMessage',
    'chat.update',
    'chat.update',
  ])
  expect(requests[0]?.body).toMatchObject({ channel: '#ops' })
  expect(requests[1]?.body).toMatchObject({ channel: 'C1', ts: '17.01' })
})

test('a message that is gone is told by a new one', async () => {
  const gone = { ok: false, error: 'message_not_found' }
  const isEdit = (url: string) => url.endsWith('chat.update')
  const { outcome, requests } = await sent(slack, viaApp, {
    memory: { ts: '16.00', channel: 'C1', toldAtMs },
    takes: ({ url }) => (isEdit(url) ? { status: 200, body: gone } : posts()),
  })
  expect(requests.map(({ url }) => isEdit(url))).toEqual([true, false])
  expect(requests[1]?.body).not.toHaveProperty('ts')
  expect(outcome).toEqual({
    kind: 'delivered',
    memory: { ts: '17.01', channel: 'C1', toldAtMs },
  })
})

test('a trouble that began after the last message gets its own', async () => {
  const began = Date.parse(letter({}).notification.alerts[0]?.startsAt ?? '')
  const memory = { ts: '16.00', channel: 'C1', toldAtMs: String(began - 1) }
  const { outcome, requests } = await sent(slack, viaApp, { memory, takes: posts })
  expect(requests.map(({ url }) => url)).toEqual(['https://slack.com/api/chat.postMessage'])
  expect(outcome).toMatchObject({ memory: { ts: '17.01' } })
})

test('without update_message nothing is edited and nothing kept', async () => {
  const memory = { ts: '16.00', channel: 'C1', toldAtMs }
  const entry = viaApp.replace('update_message: true', 'update_message: false')
  const { outcome, requests } = await sent(slack, entry, { memory, takes: posts })
  expect(requests.map(({ url }) => url)).toEqual(['https://slack.com/api/chat.postMessage'])
  expect(outcome).toMatchObject({ kind: 'delivered' })
})

test.each([
  ['{"ok":false,"error":"channel_not_found"}', false, 'channel_not_found'],
  ['{"ok":false,"error":"ratelimited","retry_after":3}', true, 'ratelimited'],
  ['{"ok":false,"error":"internal_error"}', true, 'internal_error'],
  ['{"ok":false,"error":"not hunter2"}', false, 'refused without an error that Slack documents'],
  ['no_service', false, 'no_service'],
])('%s with status 200 is a failure', async (body, passing, reason) => {
  const outcome = await outcomeFor({ kind: slack, yaml }, { status: 200, body })
  expect(outcome).toMatchObject({ kind: 'failed', passing, reason })
})

test('the pause of a rate limit is taken from the body where the header lacks', async () => {
  const body = { ok: false, error: 'rate_limited', retry_after: 1 }
  const outcome = await outcomeFor({ kind: slack, yaml }, { status: 429, body })
  expect(outcome).toEqual({
    kind: 'failed',
    passing: true,
    reason: 'unexpected status code 429: rate_limited',
    retryAfterMs: 1000,
  })
})

test.each([
  ['2s', 2000],
  ['0s', 10_000],
])('an attempt may take the timeout %s', (timeout, timeoutMs) => {
  const { notifier } = opened(slack, `${yaml}\ntimeout: ${timeout}`, { takes })
  expect(notifier.timeoutMs).toBe(timeoutMs)
})

test.each([
  ['channel: c', 'no Slack API URL nor App token set either inline or in a file'],
  [`${yaml}\napi_url_file: /f`, 'at most one of api_url & api_url_file must be configured'],
  [`${yaml}\napp_token: x`, 'at most one of app_token/app_token_file & api_url/api_url_file'],
  [`${yaml}\nactions: [{ text: x }]`, 'missing type in Slack action configuration'],
  [`${yaml}\nactions: [{ type: x }]`, 'missing text in Slack action configuration'],
  [`${yaml}\nactions: [{ type: x, text: y }]`, 'missing name or url in Slack action configuration'],
  [
    `${yaml}\nactions: [{ type: x, text: y, name: z, confirm: { title: a } }]`,
    'missing text in Slack confirmation configuration',
  ],
  [`${yaml}\nfields: [{ value: x }]`, 'missing title in Slack field configuration'],
  [`${yaml}\nfields: [{ title: x }]`, 'missing value in Slack field configuration'],
  [`${yaml}\nupdate_message: true`, 'update_message can only be used with an app'],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(slack, entry)).toThrow(says)
})

test('global holds a hook or a token, not both, unless the hook is the API', () => {
  const both = (url: string) => `slack_api_url: ${url}\nslack_app_token: x`
  expect(() => configOf(slack, 'channel: c', both('http://h/'))).toThrow(
    'at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file',
  )
  const api = both('https://slack.com/api/chat.postMessage')
  expect(() => configOf(slack, 'channel: c', api)).not.toThrow()
})
