import { Buffer } from 'node:buffer'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, type PlainAnswer, type SentRequest } from './http.conformance.ts'
import { fittingBody, incidentio } from './incidentio.ts'
import { message } from './notifier.conformance.ts'
import { about, answersOf, attempted, resolved } from './vendor.conformance.ts'

const labels = z.record(z.string(), z.string())

/** Alertmanager's webhook, which such an alert source reads. */
const notification = z.object({
  version: z.literal('4'),
  groupKey: z.string().min(1),
  truncatedAlerts: z.number().int().min(0),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: labels,
  commonLabels: labels,
  commonAnnotations: labels,
  externalURL: z.string(),
  alerts: z
    .array(
      z.strictObject({
        status: z.enum(['firing', 'resolved']),
        labels,
        annotations: labels,
        startsAt: z.iso.datetime(),
        endsAt: z.iso.datetime(),
        generatorURL: z.string(),
        fingerprint: z.string(),
      }),
    )
    .min(1),
})

function vendor(sent: SentRequest): PlainAnswer {
  if (!/^(Bearer|Token) \S+$/.test(sent.headers.get('Authorization') ?? ''))
    return { status: 401, body: '{"type":"authentication_error"}' }
  if (Buffer.byteLength(sent.text) > 512 * 1024) return { status: 413, body: '' }
  const { error } = notification.safeParse(sent.json())
  if (error === undefined) return { status: 202, body: '{"status":"success"}' }
  return { status: 422, body: { message: error.message } }
}

const yaml =
  'url: https://api.incident.io/v2/alert_events/alertmanager/01GW\nalert_source_token: key'

httpConformance({
  kind: incidentio,
  yaml: yaml.replace('key', 'hunter2'),
  answers: answersOf(vendor, { errors: [{ code: 'no', message: 'no' }] }),
  hasTemplates: false,
})

test.each([{}, resolved])('the notification is posted as it is: %j', async (more) => {
  const { outcome, sent } = await attempted(incidentio, yaml, { vendor, about: about(more) })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.url).toBe('https://api.incident.io/v2/alert_events/alertmanager/01GW')
  expect(sent[0]?.headers.get('Authorization')).toBe('Bearer key')
  expect(sent.map((request) => request.json())).toEqual([message(more).notification])
})

test('http_config may log in instead', async () => {
  const entry = `url: https://i.example/
http_config: { authorization: { type: Token, credentials: other } }`
  const { outcome, sent } = await attempted(incidentio, entry, { vendor })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.headers.get('Authorization')).toBe('Token other')
})

const many = (count: number, padding: number) => {
  const { notification: sample } = message()
  const [alert] = sample.alerts
  if (alert === undefined) throw new Error('the sample has an alert')
  const padded = { ...alert, annotations: { ...alert.annotations, much: 'é'.repeat(padding) } }
  return { ...sample, alerts: Array.from({ length: count }, () => padded) }
}

test('alerts beyond max_alerts are counted', async () => {
  const { sent } = await attempted(incidentio, `${yaml}\nmax_alerts: 2`, {
    vendor,
    about: about(many(5, 1)),
  })
  expect(sent[0]?.json()).toMatchObject({ alerts: { length: 2 }, truncatedAlerts: 3 })
})

test('of what is too large, as many alerts go as fit', async () => {
  const large = many(500, 2000)
  const { outcome, sent } = await attempted(incidentio, yaml, { vendor, about: about(large) })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  const body = sent[0]?.json() as typeof large // The schema was met.
  expect(body.alerts.length + body.truncatedAlerts).toBe(500)
  const oneMore = { ...body, alerts: large.alerts.slice(0, body.alerts.length + 1) }
  expect(Buffer.byteLength(JSON.stringify(oneMore))).toBeGreaterThan(512 * 1024)
})

test('what max_alerts left out is counted along with what did not fit', () => {
  const body = JSON.parse(fittingBody({ ...many(500, 2000), truncatedAlerts: 7 }))
  expect(body.alerts.length + body.truncatedAlerts).toBe(507)
})

test.each([
  [422, false],
  [401, false],
  [429, true],
  [500, true],
])('status %p may pass: %p', async (status, passing) => {
  const said = '{"type":"validation_error","errors":[{"code":"x","message":"bad"}]}'
  const says = () => ({ status, body: said })
  const { outcome } = await attempted(incidentio, yaml, { vendor: says })
  const reason = `unexpected status code ${status}: code: x, message: bad`
  expect(outcome).toEqual({ kind: 'failed', passing, reason })
})

const either =
  'at least one of alert_source_token, alert_source_token_file ' +
  'or http_config.authorization must be configured'

test.each([
  ['alert_source_token: a', 'one of url or url_file must be configured'],
  ['url: http://a\nurl_file: b', 'at most one of url & url_file must be configured'],
  ['url: http://a', either],
  ['url: http://a\nhttp_config: { follow_redirects: false }', either],
  [
    'url: http://a\nalert_source_token: a\nalert_source_token_file: b',
    'at most one of alert_source_token & alert_source_token_file must be configured',
  ],
  [
    'url: http://a\nalert_source_token: a\nhttp_config: { authorization: { credentials: b } }',
    'cannot specify alert_source_token or alert_source_token_file ' +
      'when using http_config.authorization',
  ],
])('%j is refused', (entry, says) => {
  expect(() => incidentio.read(openYaml(entry, 'entry.yml'), globalDefaults)).toThrow(says)
})
