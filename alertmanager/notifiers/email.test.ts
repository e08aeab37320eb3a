import { Buffer } from 'node:buffer'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { email, mailOf } from './email.ts'
import { conformance, type FarSide, message, openNotifier } from './notifier.conformance.ts'
import type { MailTransport, NotifierWorld } from './notifier.ts'

conformance({
  kind: email,
  yaml: 'to: ops@example.org\nfrom: z@example.org\nsmarthost: h:25\nauth_password: hunter2',
  worldOf: (side, keys) => ({ openMail: () => transportOf(side, keys) }),
  hasRetryAfter: false,
})

function transportOf(side: FarSide, keys: string[]): MailTransport {
  return {
    close() {},
    async sendMail({ messageId }) {
      if (side.kind === 'is away') throw new Error('connect ECONNREFUSED')
      if (side.kind === 'refuses')
        throw Object.assign(new Error('no'), { responseCode: side.passing ? 451 : 550 })
      if (side.kind === 'hangs') await new Promise(() => {})
      keys.push(messageId.slice(1).split('@')[0] ?? '')
    },
  }
}

const settings = { from: 'ZStone <z@example.org>', to: 'ops@example.org', headers: new Map() }

test('mails of one group are one thread, and each attempt at one is the same mail', () => {
  const first = mailOf(message(), settings)
  const again = mailOf(message(), settings)
  const later = mailOf(message({ idempotencyKey: 'lane0000-other' }), settings)
  const other = mailOf(message({ groupKey: '{}:{alertname="Other"}' }), settings)
  expect(again).toEqual(first)
  expect(later.messageId).not.toBe(first.messageId)
  expect(later.references).toBe(first.references)
  expect(other.references).not.toBe(first.references)
})

test('headers of the configuration stand in the mail', () => {
  const headers = new Map([
    ['subject', 'Storage'],
    ['x-team', 'storage'],
  ])
  expect(mailOf(message(), { ...settings, headers })).toMatchObject({
    subject: 'Storage',
    headers: { 'x-team': 'storage', 'X-ZStone-Trace': 'a'.repeat(32) },
  })
})

test('a real server gets a mail that people can read', async () => {
  const mails: Buffer[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo // It listens on TCP.
  const yaml = `to: ops@example.org
from: z@example.org
smarthost: 127.0.0.1:${port}
require_tls: false`
  const openMail: NotifierWorld['openMail'] = (options) => createTransport(options)
  const world = { openMail } as NotifierWorld // Only what the notifier uses of its world.
  const notifier = openNotifier(email, yaml, world)
  const outcome = await notifier.send(message(), new AbortController().signal)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  expect(outcome).toEqual({ kind: 'delivered' })
  const mail = await PostalMime.parse(mails[0] ?? '')
  expect(mail.subject).toBe('[FIRING:1] DiskFailing (n1)')
  expect(mail.messageId).toBe('<lane0000-0123456789@example.org>')
  expect(mail.headers.find(({ key }) => key === 'x-zstone-trace')?.value).toBe('a'.repeat(32))
  for (const part of ['Disk <sdb> is failing', 'https://runbooks.example', 'Label node: n1'])
    expect(mail.text).toContain(part)
  expect(mail.html).toContain('Disk &lt;sdb&gt; is failing')
  expect(mail.html).toContain('<a href="https://runbooks.example/DiskFailing">')
})
