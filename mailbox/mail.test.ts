import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contentOf, summaryOf } from './mail.ts'

const place = { id: 'one', receivedAtMs: 5 }
const read = (text: string) => summaryOf(Buffer.from(text.replaceAll('\n', '\r\n')), place)

test('where the header names nobody, those to whom it was handed over are shown', async () => {
  const mail = await read(
    'Return-Path: <z@x>\nDelivered-To: a@x\nDelivered-To: b@x\nSubject: s\n\nhello\n',
  )
  expect(mail).toMatchObject({ from: 'z@x', to: ['a@x', 'b@x'], text: 'hello\n' })
  expect(mail.messageId).toBeUndefined()
})

test('groups of addresses are shown with their members', async () => {
  const { to } = await read('To: Ops: a@x, B <b@x>;, c@x\n\n')
  expect(to).toEqual(['Ops: a@x, B <b@x>', 'c@x'])
})

test('what is held in memory is short, and says where it was cut', async () => {
  const mail = await read(
    `Subject: ${'s'.repeat(5000)}\nMessage-ID: <${'m'.repeat(5000)}>\n\n${'😀'.repeat(20_000)}`,
  )
  expect(mail.subject).toHaveLength(999)
  expect(mail.messageId).toBeUndefined()
  expect(mail.text.length).toBeLessThanOrEqual(16 * 1024 + 1)
  expect(mail.text.endsWith('😀…')).toBe(true)
})

test('a mail that nobody can read says so in place of its subject', async () => {
  const mail = await read(`${'X-Long: y\n'.repeat(50_000)}\nhello`)
  expect(mail.subject).toMatch(/^\(unreadable: /)
  expect(mail.sizeBytes).toBeGreaterThan(500_000)
})

test('no bytes make reading throw', async () => {
  const line = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: text/html; charset=nonsense',
    'Content-Transfer-Encoding: base64',
    'Subject: =?utf-8?B?////?=',
    'From: <<>>;:,"',
    '--b',
    '--b--',
    '',
  )
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.array(line, { maxLength: 20 }).map((lines) => Buffer.from(lines.join('\r\n'))),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (mail) => {
      expect((await summaryOf(mail, place)).sizeBytes).toBe(mail.length)
      expect(typeof (await contentOf(mail)).text).toBe('string')
    }),
  )
})
