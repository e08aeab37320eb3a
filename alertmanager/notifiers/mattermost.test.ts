import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, outcomeFor, sent } from './chat.conformance.ts'
import { mattermost } from './mattermost.ts'

const word = z.string().min(1)
const post = word.refine((text) => [...text].length <= 16_383)

const attachment = z.strictObject({
  fallback: word.optional(),
  color: word.optional(),
  pretext: word.optional(),
  text: post.optional(),
  author_name: word.optional(),
  author_link: word.optional(),
  author_icon: word.optional(),
  title: word.optional(),
  title_link: word.optional(),
  fields: z.array(z.strictObject({ title: word, value: word, short: z.boolean() })).optional(),
  thumb_url: word.optional(),
  footer: word.optional(),
  footer_icon: word.optional(),
  image_url: word.optional(),
})

const priority = z.discriminatedUnion('priority', [
  z.strictObject({ priority: z.literal('important'), requested_ack: z.literal(true).optional() }),
  z.strictObject({
    priority: z.literal('urgent'),
    requested_ack: z.literal(true).optional(),
    persistent_notifications: z.literal(true).optional(),
  }),
])

/** An incoming webhook: text or attachments. */
const schema = z
  .strictObject({
    text: post.optional(),
    channel: word.optional(),
    username: word.optional(),
    icon_url: word.optional(),
    icon_emoji: word.optional(),
    type: z.string().startsWith('custom_').optional(),
    attachments: z.array(attachment).optional(),
    props: z.strictObject({ card: word }).optional(),
    priority: priority.optional(),
  })
  .refine(({ text, attachments }) => text !== undefined || attachments !== undefined)

const yaml = 'webhook_url: https://mm.example/hooks/hunter2'
const takes = () => ({ status: 200, body: 'ok' })

chatConformance({ kind: mattermost, yaml, takes, schema })

test.each([
  ['firing', 'danger'],
  ['resolved', 'good'],
] as const)('the attachment of what is %s', async (status, color) => {
  const { requests } = await sent(mattermost, yaml, { status, takes })
  expect(requests).toMatchObject([{ method: 'POST', url: 'https://mm.example/hooks/hunter2' }])
  expect(requests[0]?.body).toEqual({
    username: 'mattermost.default.username',
    attachments: [
      {
        fallback: 'mattermost.default.fallback',
        color,
        text: 'mattermost.default.text',
        title: 'mattermost.default.title',
        title_link: 'mattermost.default.titlelink',
      },
    ],
  })
})

test('every option is sent', async () => {
  const flat = `fallback: f
  color: '#fff'
  pretext: p
  text: x
  author_name: a
  author_link: http://al
  author_icon: http://ai
  title: t
  title_link: http://tl
  thumb_url: http://th
  footer: fo
  footer_icon: http://fi
  image_url: http://im
  fields: [{ title: a, value: b, short: true }]`
  const shown = {
    fallback: 'f',
    color: '#fff',
    pretext: 'p',
    text: 'x',
    author_name: 'a',
    author_link: 'http://al',
    author_icon: 'http://ai',
    title: 't',
    title_link: 'http://tl',
    thumb_url: 'http://th',
    footer: 'fo',
    footer_icon: 'http://fi',
    image_url: 'http://im',
    fields: [{ title: 'a', value: 'b', short: true }],
  }
  const names = `channel: c
username: u
icon_url: http://i
icon_emoji: ":x:"
type: custom_x
props: { card: '{{ template "card" . }}' }
priority: { priority: urgent, requested_ack: true, persistent_notifications: true }`
  const expected = {
    channel: 'c',
    username: 'u',
    icon_url: 'http://i',
    icon_emoji: ':x:',
    type: 'custom_x',
    props: { card: 'card' },
    priority: { priority: 'urgent', requested_ack: true, persistent_notifications: true },
    attachments: [shown],
  }
  const one = await sent(mattermost, `${yaml}\n${names}\n${flat.replaceAll('\n  ', '\n')}`, {
    takes,
  })
  expect(schema.parse(one.requests[0]?.body)).toEqual(expected)
  const listed = await sent(mattermost, `${yaml}\n${names}\ntext: above\nattachments:\n- ${flat}`, {
    takes,
  })
  expect(schema.parse(listed.requests[0]?.body)).toEqual({ ...expected, text: 'above' })
})

test.each([
  ['urgent', { priority: 'urgent', requested_ack: true, persistent_notifications: true }],
  ['Important', { priority: 'important', requested_ack: true }],
  ['standard', undefined],
  ['', undefined],
])('of the priority %j only what Mattermost takes is asked for', async (level, expected) => {
  const flags = 'requested_ack: true, persistent_notifications: true'
  const more = `priority: { priority: "${level}", ${flags} }`
  const { requests } = await sent(mattermost, `${yaml}\n${more}`, { takes })
  expect(schema.parse(requests[0]?.body).priority).toEqual(expected)
})

test('the webhook can stand in global', async () => {
  const global = 'mattermost_webhook_url: http://g.example/hooks/x'
  const { requests } = await sent(mattermost, 'channel: c', { takes, global })
  expect(requests[0]?.url).toBe('http://g.example/hooks/x')
})

test('a refusal is told by its name', async () => {
  const body = {
    id: 'web.incoming_webhook.channel.app_error',
    message: 'hunter2',
    status_code: 404,
  }
  expect(await outcomeFor({ kind: mattermost, yaml }, { status: 404, body: body })).toEqual({
    kind: 'failed',
    passing: false,
    reason: 'unexpected status code 404: web.incoming_webhook.channel.app_error',
  })
})

test.each([
  ['channel: c', 'no global Mattermost Webhook URL set either inline or in a file'],
  [`${yaml}\nwebhook_url_file: /f`, 'at most one of webhook_url & webhook_url_file'],
  [`${yaml}\nfields: [{ title: x }]`, 'missing value in Mattermost field configuration'],
  [`${yaml}\npriority: { level: urgent }`, 'field level not found'],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(mattermost, entry)).toThrow(says)
})
