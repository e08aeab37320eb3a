import { Buffer } from 'node:buffer'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, sent } from './chat.conformance.ts'
import { webex } from './webex.ts'

const schema = z.strictObject({
  roomId: z.string().min(1),
  markdown: z.string().refine((text) => text !== '' && Buffer.byteLength(text) <= 7439),
})

const yaml = 'room_id: r1\nhttp_config: { authorization: { credentials: hunter2 } }'
const takes = () => ({ status: 200, body: { id: 'm', roomId: 'r1' } })

chatConformance({ kind: webex, yaml, takes, schema })

test.each(['firing', 'resolved'] as const)('the message of what is %s', async (status) => {
  const { requests } = await sent(webex, yaml, { status, takes })
  expect(requests).toMatchObject([{ method: 'POST', url: 'https://webexapis.com/v1/messages' }])
  expect(requests[0]?.headers.get('Authorization')).toBe('Bearer hunter2')
  expect(requests[0]?.body).toEqual({ roomId: 'r1', markdown: 'webex.default.message' })
})

test('room and message are templates, and global says where the API is', async () => {
  const entry = yaml.replace('r1', '\'{{ template "room" . }}\'\nmessage: m')
  const global = 'webex_api_url: http://webex.example/v1/messages'
  const { requests } = await sent(webex, entry, { takes, global })
  expect(requests[0]).toMatchObject({
    url: 'http://webex.example/v1/messages',
    body: { roomId: 'room', markdown: 'm' },
  })
})

test.each([
  ['message: m', 'missing room_id on webex_config'],
  ['room_id: r', 'missing webex_configs.http_config.authorization'],
  [
    'room_id: r\nhttp_config: { basic_auth: { username: u } }',
    'missing webex_configs.http_config.authorization',
  ],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(webex, entry)).toThrow(says)
})
