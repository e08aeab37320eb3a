import { expect, test } from '@jest/globals'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, sent } from './http.conformance.ts'
import { message, silentWorld } from './notifier.conformance.ts'
import { truncated, webhook } from './webhook.ts'

httpConformance({ kind: webhook, yaml: 'url: http://hook.example/path?token=hunter2' })

const upper = (template: string) =>
  template.replace(/\{\{ (\w+) \}\}/g, (_, name) => name.toUpperCase())
const render = { text: upper, html: upper }

test('the body is the notification, with its key in the header too', async () => {
  const { requests } = await sent(webhook, 'url: http://h/')
  expect(requests[0]?.method).toBe('POST')
  expect(requests[0]?.headers.get('Content-Type')).toBe('application/json')
  expect(requests[0]?.headers.get('Idempotency-Key')).toBe(message().notification.idempotencyKey)
  expect(requests[0]?.json()).toEqual(message().notification)
})

test('the address is a template', async () => {
  const { requests } = await sent(webhook, 'url: "http://h/{{ team }}"', { render })
  expect(requests[0]?.url).toBe('http://h/TEAM')
})

test('a payload of one’s own has templates in its texts', async () => {
  const payload = '{ text: "{{ summary }}", n: 3, deep: [{ yes: true, who: "{{ oncall }}" }] }'
  const { requests } = await sent(webhook, `url: http://h/\npayload: ${payload}`, { render })
  expect(requests[0]?.json()).toEqual({
    text: 'SUMMARY',
    n: 3,
    deep: [{ yes: true, who: 'ONCALL' }],
  })
  expect(requests[0]?.headers.get('Idempotency-Key')).toBe(message().notification.idempotencyKey)
})

test('an address that a template made unusable fails for good', async () => {
  const { outcome } = await sent(webhook, 'url: "{{ nothing }}"', { render })
  expect(outcome).toMatchObject({ kind: 'failed', passing: false })
})

test.each([
  ['30s', 30_000],
  ['0s', 10_000],
  ['1h', 60_000],
])('the timeout %p is %p ms', (timeout, expected) => {
  const place = openYaml(`url: http://h/\ntimeout: ${timeout}`, 'entry.yml')
  const { timeoutMs } = webhook.read(place, globalDefaults).open(silentWorld())
  expect(timeoutMs).toBe(expected)
})

test('alerts beyond max_alerts are counted and not listed', async () => {
  const { notification } = message()
  const [alert] = notification.alerts
  if (alert === undefined) throw new Error('the sample has an alert')
  const three = { ...notification, alerts: [alert, alert, alert] }
  expect(truncated(three, 2)).toMatchObject({ truncatedAlerts: 1, alerts: { length: 2 } })
  expect(truncated(three, 0)).toBe(three)
  expect(truncated(three, 3)).toBe(three)
  const { requests } = await sent(webhook, 'url: http://h/\nmax_alerts: 1', message({ ...three }))
  expect(requests[0]?.json()).toMatchObject({ truncatedAlerts: 2, alerts: { length: 1 } })
})
