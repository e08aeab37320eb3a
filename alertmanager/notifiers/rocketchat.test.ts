import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, outcomeFor, sent } from './chat.conformance.ts'
import { rocketchat } from './rocketchat.ts'

const text = z.string().min(1)

const attachment = z.strictObject({
  title: z.string().refine((title) => [...title].length <= 1024),
  title_link: text.optional(),
  text: text.optional(),
  color: text.optional(),
  image_url: text.optional(),
  thumb_url: text.optional(),
  fields: z.array(z.strictObject({ title: text, value: text, short: z.boolean() })).optional(),
  actions: z
    .array(
      z.strictObject({
        type: z.literal('button'),
        text: text.optional(),
        url: text.optional(),
        msg: text.optional(),
      }),
    )
    .optional(),
})

/** chat.postMessage: to a channel, with text or attachments. */
const schema = z.strictObject({
  channel: text,
  emoji: text.optional(),
  avatar: text.optional(),
  parseUrls: z.boolean().optional(),
  attachments: z.array(attachment).min(1),
})

const yaml = 'token: hunter2\ntoken_id: hunter2-id\nchannel: "#ops"'
const takes = () => ({ status: 200, body: { success: true, channel: 'ops', ts: 1 } })

chatConformance({ kind: rocketchat, yaml, takes, schema })

test.each([
  ['firing', 'red'],
  ['resolved', 'green'],
] as const)('the attachment of what is %s', async (status, color) => {
  const { requests } = await sent(rocketchat, yaml, { status, takes })
  expect(requests).toMatchObject([
    { method: 'POST', url: 'https://open.rocket.chat/api/v1/chat.postMessage' },
  ])
  expect(requests[0]?.headers.get('X-Auth-Token')).toBe('hunter2')
  expect(requests[0]?.headers.get('X-User-Id')).toBe('hunter2-id')
  expect(requests[0]?.body).toEqual({
    channel: '#ops',
    emoji: 'rocketchat.default.emoji',
    avatar: 'rocketchat.default.iconurl',
    attachments: [
      {
        title: 'rocketchat.default.title',
        title_link: 'rocketchat.default.titlelink',
        text: 'rocketchat.default.text',
        color,
      },
    ],
  })
})

test('every option is sent', async () => {
  const more = `${yaml}
api_url: http://rocket.example
title: t
title_link: http://l
text: x
color: blue
emoji: ":x:"
icon_url: http://i
image_url: http://im
thumb_url: http://th
link_names: true
short_fields: true
fields: [{ title: a, value: b }, { title: c, value: d, short: false }]
actions: [{ type: any, text: go, url: http://go }, { text: say, msg: '{{ template "m" . }}' }]`
  const { requests } = await sent(rocketchat, more, { takes })
  expect(requests[0]?.url).toBe('http://rocket.example/api/v1/chat.postMessage')
  expect(schema.parse(requests[0]?.body)).toEqual({
    channel: '#ops',
    emoji: ':x:',
    avatar: 'http://i',
    parseUrls: true,
    attachments: [
      {
        title: 't',
        title_link: 'http://l',
        text: 'x',
        color: 'blue',
        image_url: 'http://im',
        thumb_url: 'http://th',
        fields: [
          { title: 'a', value: 'b', short: true },
          { title: 'c', value: 'd', short: false },
        ],
        actions: [
          { type: 'button', text: 'go', url: 'http://go' },
          { type: 'button', text: 'say', msg: 'm' },
        ],
      },
    ],
  })
})

test('server, token and user can stand in global', async () => {
  const global =
    'rocketchat_api_url: http://r.example/\nrocketchat_token: g\nrocketchat_token_id: i'
  const { requests } = await sent(rocketchat, 'channel: c', { takes, global })
  expect(requests[0]?.url).toBe('http://r.example/api/v1/chat.postMessage')
  expect(requests[0]?.headers.get('X-Auth-Token')).toBe('g')
  expect(requests[0]?.headers.get('X-User-Id')).toBe('i')
})

const invalid = { success: false, error: 'The room is invalid [error-invalid-room]' }
const tooMany = {
  success: false,
  error: 'Error, too many requests. You must wait 52 seconds. [error-too-many-requests]',
}

const tooManyAgain = {
  success: false,
  error: 'Error, too many requests. You must wait 3 seconds. [too-many-requests]',
  errorType: 'Meteor.Error',
}

test.each([
  [400, tooManyAgain, { passing: true, retryAfterMs: 3000 }],
  [200, invalid, { passing: false, reason: 'error-invalid-room' }],
  [400, invalid, { passing: false, reason: 'unexpected status code 400: error-invalid-room' }],
  [400, tooMany, { passing: true, retryAfterMs: 52_000 }],
  [429, tooMany, { passing: true, retryAfterMs: 52_000 }],
  [200, tooMany, { passing: true, retryAfterMs: 52_000 }],
  [401, { status: 'error', message: 'You must be logged in' }, { passing: false }],
])('status %p with %j is a failure', async (status, body, expected) => {
  const outcome = await outcomeFor({ kind: rocketchat, yaml }, { status, body: body })
  expect(outcome).toMatchObject({ kind: 'failed', ...expected })
})

test.each([
  ['token_id: i', 'no global Rocketchat Token set either inline or in a file'],
  ['token: t', 'no global Rocketchat TokenID set either inline or in a file'],
  [`${yaml}\ntoken_file: /f`, 'at most one of token & token_file must be configured'],
  [`${yaml}\nfields: [{ value: x }]`, 'missing title in Rocketchat field configuration'],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(rocketchat, entry)).toThrow(says)
})
