import { expect, test } from '@jest/globals'
import { conformance, fetchOf, message, openNotifier } from './notifier.conformance.ts'
import type { NotifierWorld } from './notifier.ts'
import { outcomeOf } from './post.ts'
import { truncated, webhook } from './webhook.ts'

conformance({
  kind: webhook,
  yaml: 'url: http://hook.example/path?token=hunter2',
  worldOf: (side, keys) => ({ fetch: fetchOf(side, keys) }),
  hasRetryAfter: true,
})

async function sent(yaml: string): Promise<Request> {
  const seen: Request[] = []
  // Only what the notifier uses of its world.
  const world = { fetch: fetchOf({ kind: 'takes' }, [], seen) } as NotifierWorld
  await openNotifier(webhook, yaml, world).send(message(), new AbortController().signal)
  const [request] = seen
  if (request === undefined) throw new Error('nothing was sent')
  return request
}

test.each([
  ['http_config: { basic_auth: { username: u, password: p } }', 'Basic dTpw'],
  ['http_config: { authorization: { credentials: t } }', 'Bearer t'],
  ['http_config: { authorization: { type: Token, credentials: t } }', 'Token t'],
  ['', null],
])('the login %j is sent as %j', async (yaml, expected) => {
  const request = await sent(`url: http://h/\n${yaml}`)
  expect(request.headers.get('Authorization')).toBe(expected)
})

test('the body is the notification', async () => {
  const request = await sent('url: http://h/')
  expect(request.method).toBe('POST')
  expect(request.headers.get('Content-Type')).toBe('application/json')
  expect(await request.json()).toEqual(message().notification)
})

test('alerts beyond max_alerts are counted and not listed', () => {
  const { notification } = message()
  const [alert] = notification.alerts
  if (alert === undefined) throw new Error('the sample has an alert')
  const three = { ...notification, alerts: [alert, alert, alert] }
  expect(truncated(three, 2)).toMatchObject({ truncatedAlerts: 1, alerts: { length: 2 } })
  expect(truncated(three, 0)).toBe(three)
  expect(truncated(three, 3)).toBe(three)
})

test.each([
  [200, undefined, { kind: 'delivered' }],
  [204, undefined, { kind: 'delivered' }],
  [302, undefined, { kind: 'failed', passing: false }],
  [400, '9', { kind: 'failed', passing: false }],
  [404, undefined, { kind: 'failed', passing: false }],
  [408, undefined, { kind: 'failed', passing: true }],
  [429, '9', { kind: 'failed', passing: true, retryAfterMs: 9000 }],
  [429, 'soon', { kind: 'failed', passing: true }],
  [500, undefined, { kind: 'failed', passing: true }],
  [503, '0', { kind: 'failed', passing: true, retryAfterMs: 0 }],
])('status %p with Retry-After %p', (status, retryAfter, expected) => {
  const headers = new Headers(retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
  expect(outcomeOf({ status, headers })).toMatchObject(expected)
})
