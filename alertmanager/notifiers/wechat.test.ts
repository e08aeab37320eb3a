import { Buffer } from 'node:buffer'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  chatConformance,
  configOf,
  letter,
  opened,
  type SentRequest,
  sent,
} from './chat.conformance.ts'
import { wechat } from './wechat.ts'

const content = z.strictObject({
  content: z.string().refine((text) => text !== '' && Buffer.byteLength(text) <= 2048),
})

const to = {
  touser: z.string().optional(),
  toparty: z.string().optional(),
  totag: z.string().optional(),
  agentid: z.union([z.int(), z.string()]),
  safe: z.literal(0),
}

/** An application's message, to somebody at least. */
const schema = z
  .discriminatedUnion('msgtype', [
    z.strictObject({ ...to, msgtype: z.literal('text'), text: content }),
    z.strictObject({ ...to, msgtype: z.literal('markdown'), markdown: content }),
  ])
  .refine(({ touser, toparty, totag }) => touser ?? toparty ?? totag)

const yaml = 'api_secret: hunter2\ncorp_id: corp\nagent_id: "1000002"\nto_user: "@all"'

const token = (name: string) => {
  const body = { errcode: 0, errmsg: 'ok', access_token: name, expires_in: 7200 }
  return { status: 200, body }
}

const answer = (errcode: number) => ({ status: 200, body: { errcode, errmsg: 'x' } })

const isAsking = ({ url }: { url: string }) => url.includes('/gettoken')

const takes = (request: { readonly url: string }) => (isAsking(request) ? token('t1') : answer(0))

chatConformance({ kind: wechat, yaml, takes, schema })

const paths = (requests: readonly SentRequest[]) =>
  requests.map(({ method, url }) => `${method} ${url.replace(/^.*cgi-bin\//, '')}`)

test.each(['firing', 'resolved'] as const)('the message of what is %s', async (status) => {
  const { requests } = await sent(wechat, yaml, { status, takes })
  expect(requests[0]?.url).toContain('https://qyapi.weixin.qq.com/cgi-bin/')
  expect(paths(requests)).toEqual([
    'GET gettoken?corpid=corp&corpsecret=hunter2',
    'POST message/send?access_token=t1',
  ])
  expect(requests[1]?.body).toEqual({
    touser: '@all',
    toparty: 'wechat.default.to_party',
    totag: 'wechat.default.to_tag',
    agentid: 1000002,
    safe: 0,
    msgtype: 'text',
    text: { content: 'wechat.default.message' },
  })
})

test('every option is sent, and global fills in', async () => {
  const entry =
    'message_type: markdown\nmessage: m\nagent_id: a\nto_user: u\nto_party: p\nto_tag: t'
  const global =
    'wechat_api_url: http://w.example/cgi-bin\nwechat_api_secret: s\nwechat_api_corp_id: c'
  const { requests } = await sent(wechat, entry, { takes, global })
  expect(requests[0]?.url).toBe('http://w.example/cgi-bin/gettoken?corpid=c&corpsecret=s')
  expect(requests[1]?.body).toEqual({
    touser: 'u',
    toparty: 'p',
    totag: 't',
    agentid: 'a',
    safe: 0,
    msgtype: 'markdown',
    markdown: { content: 'm' },
  })
})

test('a token serves until a minute before its end', async () => {
  let now = 0
  const { notifier, requests } = opened(wechat, yaml, { takes, nowMs: () => now })
  const { signal } = new AbortController()
  const asked = async (atMs: number) => {
    now = atMs
    requests.length = 0
    await notifier.send(letter({}), signal)
    return requests.some(isAsking)
  }
  expect(await asked(0)).toBe(true)
  expect(await asked(7_139_999)).toBe(false)
  expect(await asked(7_140_000)).toBe(true)
})

test.each([40014, 41001, 42001])('after %p another token is asked for, once', async (code) => {
  const names = ['t1', 't2', 't3']
  const { outcome, requests } = await sent(wechat, yaml, {
    takes: (request) => {
      if (isAsking(request)) return token(names.shift() ?? '')
      return answer(request.url.endsWith('t2') ? 0 : code)
    },
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(requests).toHaveLength(4)
  const never = await sent(wechat, yaml, {
    takes: (request) => (isAsking(request) ? token('t') : answer(code)),
  })
  expect(never.outcome).toEqual({ kind: 'failed', passing: false, reason: `errcode ${code}` })
  expect(never.requests).toHaveLength(4)
})

test.each([
  [-1, true],
  [45009, true],
  [45033, true],
  [60020, false],
  [81013, false],
])('errcode %p passes: %p', async (code, passing) => {
  const send = await sent(wechat, yaml, { takes: (r) => (isAsking(r) ? token('t') : answer(code)) })
  expect(send.outcome).toEqual({ kind: 'failed', passing, reason: `errcode ${code}` })
  const ask = await sent(wechat, yaml, { takes: () => answer(code) })
  expect(ask.outcome).toEqual({ kind: 'failed', passing, reason: `gettoken: errcode ${code}` })
  expect(ask.requests).toHaveLength(1)
})

test.each([
  ['corp_id: c', 'no global Wechat ApiSecret set'],
  ['api_secret: s', 'no global Wechat CorpID set'],
  [
    `${yaml}\nmessage_type: html`,
    'weChat message type "html" does not match valid options ^(text|markdown)$',
  ],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(wechat, entry)).toThrow(says)
})
