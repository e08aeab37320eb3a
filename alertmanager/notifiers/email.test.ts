import { expect, test } from '@jest/globals'
import { globalDefaults, readGlobal } from '../config/global.ts'
import { masked, openYaml } from '../config/reader.ts'
import { email } from './email.ts'
import { mailOf } from './email-message.ts'
import { emailGlobals, readEmail } from './email-settings.ts'
import { conformance, type FarSide, message } from './notifier.conformance.ts'
import type { MailTransport } from './notifier.ts'

conformance({
  kind: email,
  yaml: `to: ops@example.org
from: z@example.org
smarthost: h:25
auth_username: me
auth_password: hunter2
html: '{{ template "some.default" . }}'`,
  worldOf: (side, keys) => ({ openMail: () => transportOf(side, keys) }),
  hasRetryAfter: false,
})

function transportOf(side: FarSide, keys: string[]): MailTransport {
  return {
    close() {},
    async sendMail({ messageId }) {
      if (side.kind === 'is away') throw new Error('connect ECONNREFUSED')
      if (side.kind === 'refuses') {
        const responseCode = side.passing ? 451 : 550
        throw Object.assign(new Error(`${responseCode} ${side.echo ?? 'no'}`), { responseCode })
      }
      if (side.kind === 'hangs') await new Promise(() => {})
      keys.push(messageId.slice(1).split('@')[0] ?? '')
      return {}
    },
  }
}

const least = 'to: ops@example.org\nfrom: ZStone <z@example.org>\nsmarthost: h:25'

const read = (yaml: string, global = '{}') =>
  readEmail(openYaml(yaml, 'entry.yml'), readGlobal(openYaml(global, 'am.yml'), [emailGlobals]))

const mail = (more = '', given = message()) => mailOf(given, read(`${least}\n${more}`))

test('mails of one group are one thread, and each attempt at one is the same mail', () => {
  const first = mail()
  const later = mail('', message({ idempotencyKey: 'lane0000-other' }))
  const other = mail('', message({ groupKey: '{}:{alertname="Other"}' }))
  expect(mail()).toEqual(first)
  expect(later.messageId).not.toBe(first.messageId)
  expect(later.references).toBe(first.references)
  expect(other.references).not.toBe(first.references)
})

test.each([
  ['threading: { enabled: false }', undefined],
  ['threading: { enabled: true, thread_by_date: none }', mail().references],
  ['threading: { enabled: true }', mail().references?.replace('@', '-2026-01-02@')],
])('%s gives the thread %s', (yaml, expected) => {
  expect(mail(yaml).references).toBe(expected)
  expect(mail(yaml).inReplyTo).toBe(expected)
})

test('headers of the configuration stand in the mail, and whom it goes to is not one of them', () => {
  const headers = 'headers: { Subject: Storage, To: All <all@example.org>, X-Team: storage }'
  expect(mail(headers)).toMatchObject({
    subject: 'Storage',
    to: 'All <all@example.org>',
    envelope: { to: 'ops@example.org', from: 'ZStone <z@example.org>' },
    headers: { 'x-team': 'storage', 'X-ZStone-Trace': 'a'.repeat(32) },
  })
})

test('addresses, headers and texts are templates; a header is one line', () => {
  const render = { text: (t: string) => `text\n${t}`, html: (t: string) => `html\n${t}` }
  const given = { ...message(), render }
  expect(mail('headers: { X-A: b }\ntext: t\nhtml: h', given)).toMatchObject({
    to: 'text ops@example.org',
    text: 'text\nt',
    html: 'html\nh',
    headers: { 'x-a': 'text b' },
  })
})

test('a part that is empty is left out', () => {
  expect(mail('text: ""')).not.toHaveProperty('text')
  expect(mail('html: ""')).not.toHaveProperty('html')
})

const shared = `{ smtp_from: g@example.org, smtp_smarthost: "[::1]:465", smtp_hello: me,
  smtp_auth_username: u, smtp_auth_password: hunter2, smtp_auth_identity: i,
  smtp_auth_secret_file: /nowhere, smtp_require_tls: false,
  smtp_tls_config: { cert: c, key: hunter3 } }`

test('an entry falls back to global, key by key', async () => {
  const { from, server, secrets } = read('to: a@example.org', shared)
  expect({ from, ...server }).toMatchObject({
    from: 'g@example.org',
    host: '::1',
    port: 465,
    hello: 'me',
    user: 'u',
    identity: 'i',
    requireTls: false,
    isImplicitTls: true,
  })
  expect(await server.password?.read()).toBe('hunter2')
  expect(secrets).toEqual([]) // `global` masks its own.
  const own = read('to: a@example.org\nauth_password: own\nforce_implicit_tls: false', shared)
  expect(await own.server.password?.read()).toBe('own')
  expect(own.server.isImplicitTls).toBe(false)
})

test.each([
  ['h:25', 'h', 25],
  ['h:submission', 'h', 587],
  [':25', 'localhost', 25],
  ['[fd00::1]:25', 'fd00::1', 25],
])('the smarthost %s is %s and %p', (smarthost, host, port) => {
  const given = `to: a@b\nfrom: c@d\nsmarthost: "${smarthost}"`
  expect(read(given).server).toMatchObject({ host, port })
})

test('what global keeps secret is masked', () => {
  const { secrets } = readGlobal(openYaml(shared, 'am.yml'), [emailGlobals])
  expect(masked(shared, secrets)).not.toMatch(/hunter/)
})

test.each([
  ['{ smtp_smarthost: h }', 'address h: missing port in address'],
  ['{ smtp_smarthost: "h:nobody" }', 'address h:nobody: unknown port nobody'],
  ['{ smtp_smarthost: "h:65536" }', 'unknown port 65536'],
  ['{ smtp_require_tls: perhaps }', 'smtp_require_tls must be true or false'],
  ['{ smtp_tls_config: { cert: c } }', 'exactly one of key or key_file must be configured'],
  [
    '{ smtp_auth_password: p, smtp_auth_password_file: f }',
    'at most one of smtp_auth_password & smtp_auth_password_file must be configured',
  ],
])('global %s is refused, though nobody uses it', (global, says) => {
  expect(() => readGlobal(openYaml(global, 'am.yml'), [emailGlobals])).toThrow(says)
})

test.each([
  ['auth_secret: s\nauth_secret_file: f', 'at most one of auth_secret & auth_secret_file'],
  ['headers: { a: b, A: c }', 'duplicate header "A" in email config'],
  ['threading: { thread_by_date: weekly }', 'thread_by_date must be daily or none'],
  ['hello: x\nsmtp_hello: y', 'field smtp_hello not found'],
  ['tls_config: { ca: a, ca_file: b }', 'at most one of ca & ca_file'],
])('%j is refused', (more, says) => {
  const at = openYaml(`${least}\n${more}`, 'entry.yml')
  expect(() => readEmail(at, globalDefaults)).toThrow(says)
})
