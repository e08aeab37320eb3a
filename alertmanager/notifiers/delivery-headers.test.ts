import { expect, test } from '@jest/globals'
import { deliveryHeaders } from './delivery-headers.ts'
import { mailOf } from './email-message.ts'
import { message } from './notifier.conformance.ts'

const marked = message({ possibleRepeat: true })

test('a possible repeat says so in a header, and another delivery has no such header', () => {
  expect(deliveryHeaders(marked.notification)).toEqual({
    'Idempotency-Key': marked.notification.idempotencyKey,
    'X-ZStone-Possible-Repeat': 'true',
  })
  expect(Object.keys(deliveryHeaders(message().notification))).toEqual(['Idempotency-Key'])
})

test('a mail that may be a repeat says so to programs and to people', () => {
  const settings = {
    to: 'a@example.org',
    from: 'b@example.org',
    headers: new Map(),
    html: undefined,
    text: undefined,
    threading: 'group' as const,
  }
  const mail = mailOf(marked, settings)
  expect(mail.headers).toMatchObject({ 'X-ZStone-Possible-Repeat': 'true' })
  expect(mail.text).toContain('(possibly told before)')
  expect(mail.html).toContain('(possibly told before)')
  const first = mailOf(message(), settings)
  expect(first.headers).not.toHaveProperty('X-ZStone-Possible-Repeat')
  expect(first.text).not.toContain('told before')
})
