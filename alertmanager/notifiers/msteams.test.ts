import { Buffer } from 'node:buffer'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, outcomeFor, sent } from './chat.conformance.ts'
import { msteams } from './msteams.ts'

/** A message card with at least a summary or a text, of at most 28 KB in base64. */
const schema = z
  .strictObject({
    '@context': z.literal('https://schema.org/extensions'),
    '@type': z.literal('MessageCard'),
    title: z.string().optional(),
    summary: z.string().optional(),
    text: z.string().optional(),
    themeColor: z.string().regex(/^[0-9A-F]{6}$/),
  })
  .refine(({ summary, text }) => summary !== undefined || text !== undefined)
  .refine((card) => Buffer.byteLength(JSON.stringify(card)) <= 21 * 1024)

const yaml = 'webhook_url: https://org.webhook.example/webhookb2/hunter2/IncomingWebhook/x'
const takes = () => ({ status: 200, body: '1' })

chatConformance({ kind: msteams, yaml, takes, schema })

test.each([
  ['firing', '8C1A1A'],
  ['resolved', '2DC72D'],
] as const)('the card of what is %s', async (status, themeColor) => {
  const { requests } = await sent(msteams, yaml, { status, takes })
  expect(requests).toHaveLength(1)
  expect(requests[0]?.body).toEqual({
    '@context': 'https://schema.org/extensions',
    '@type': 'MessageCard',
    title: 'msteams.default.title',
    summary: 'msteams.default.summary',
    text: 'msteams.default.text',
    themeColor,
  })
})

test.each([
  [413, { passing: false }],
  [429, { passing: true }],
  [502, { passing: true }],
])('a connector that says 200 while Teams says %p has failed', async (status, expected) => {
  const words = `Delivery failed: Microsoft Teams endpoint returned HTTP error ${status} with x.`
  expect(await outcomeFor({ kind: msteams, yaml }, { status: 200, body: words })).toMatchObject({
    kind: 'failed',
    ...expected,
  })
})

test('a connector that says 200 and that it failed has failed', async () => {
  const body = 'Webhook message delivery failed with error: hunter2.'
  expect(await outcomeFor({ kind: msteams, yaml }, { status: 200, body })).toEqual({
    kind: 'failed',
    passing: true,
    reason: 'Webhook message delivery failed',
  })
})

test('as much of a long text is sent as Teams takes', async () => {
  const fill = (template: string) => (template === 't' ? '"\n'.repeat(30_000) : template)
  const { requests } = await sent(msteams, `${yaml}\ntext: t`, { takes, fill })
  const size = Buffer.byteLength(JSON.stringify(requests[0]?.body))
  expect(size).toBeGreaterThan(16 * 1024)
  expect(size).toBeLessThanOrEqual(20 * 1024)
})

test.each([
  ['title: t', 'one of webhook_url or webhook_url_file must be configured'],
  [`${yaml}\nwebhook_url_file: /f`, 'at most one of webhook_url & webhook_url_file'],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(msteams, entry)).toThrow(says)
})
