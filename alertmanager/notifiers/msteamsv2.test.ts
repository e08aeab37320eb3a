import { Buffer } from 'node:buffer'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, outcomeFor, sent } from './chat.conformance.ts'
import { msteamsv2 } from './msteamsv2.ts'

const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string(),
  wrap: z.boolean().optional(),
  size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  color: z.enum(['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention']).optional(),
})

/** A message with one adaptive card, of at most 28 KB in base64. */
const schema = z
  .strictObject({
    type: z.literal('message'),
    attachments: z.tuple([
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.enum(['1.2', '1.3', '1.4', '1.5']),
          body: z.array(textBlock),
          msteams: z.strictObject({ width: z.literal('Full') }),
        }),
      }),
    ]),
  })
  .refine((card) => Buffer.byteLength(JSON.stringify(card)) <= 21 * 1024)

const yaml = 'webhook_url: https://prod.logic.example/workflows/x?sig=hunter2'
const takes = () => ({ status: 202 })

chatConformance({ kind: msteamsv2, yaml, takes, schema })

test.each([
  ['firing', 'Attention'],
  ['resolved', 'Good'],
] as const)('the card of what is %s', async (status, color) => {
  const { requests } = await sent(msteamsv2, yaml, { status, takes })
  expect(requests).toHaveLength(1)
  expect(requests[0]?.body).toEqual({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            {
              type: 'TextBlock',
              text: 'msteamsv2.default.title',
              wrap: true,
              weight: 'Bolder',
              size: 'Medium',
              color,
            },
            { type: 'TextBlock', text: 'msteamsv2.default.text', wrap: true, size: 'Small' },
          ],
          msteams: { width: 'Full' },
        },
      },
    ],
  })
})

test.each([
  [400, false],
  [404, false],
  [429, true],
  [504, true],
])('status %p passes: %p', async (status, passing) => {
  const outcome = await outcomeFor({ kind: msteamsv2, yaml }, { status })
  expect(outcome).toMatchObject({ kind: 'failed', passing })
})

test.each([
  ['title: t', 'one of webhook_url or webhook_url_file must be configured'],
  [`${yaml}\nsummary: s`, 'field summary not found'],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(msteamsv2, entry)).toThrow(says)
})
