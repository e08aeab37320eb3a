import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, outcomeFor, sent } from './chat.conformance.ts'
import { discord } from './discord.ts'

const runes = (most: number) => z.string().refine((text) => [...text].length <= most)

/** Execute Webhook, and its embeds, as Discord documents them. */
const schema = z.strictObject({
  content: runes(2000).optional(),
  username: runes(80).optional(),
  avatar_url: z.string().optional(),
  embeds: z
    .array(
      z.strictObject({
        title: runes(256),
        description: runes(4096),
        color: z.int().min(0).max(0xffffff),
      }),
    )
    .max(10),
})

const yaml = 'webhook_url: https://discord.example/api/webhooks/1/hunter2'
const takes = () => ({ status: 204 })

chatConformance({ kind: discord, yaml, takes, schema })

test.each([
  ['firing', 0x992d22],
  ['resolved', 0x2ecc71],
] as const)('the embed of what is %s', async (status, color) => {
  const { requests } = await sent(discord, yaml, { status, takes })
  expect(requests).toMatchObject([
    { method: 'POST', url: 'https://discord.example/api/webhooks/1/hunter2' },
  ])
  expect(requests[0]?.body).toEqual({
    content: 'discord.default.content',
    embeds: [{ title: 'discord.default.title', description: 'discord.default.message', color }],
  })
})

test('every text can be another', async () => {
  const more = `${yaml}\ntitle: t\nmessage: m\ncontent: ""\nusername: u\navatar_url: http://a/b.png`
  const { requests } = await sent(discord, more, { takes })
  expect(requests[0]?.body).toEqual({
    embeds: [{ title: 't', description: 'm', color: 0x992d22 }],
    username: 'u',
    avatar_url: 'http://a/b.png',
  })
})

test('the pause of a rate limit is taken from the body, in fractions of a second', async () => {
  const answer = { status: 429, body: { message: 'slow', retry_after: 0.7, global: false } }
  expect(await outcomeFor({ kind: discord, yaml }, answer)).toMatchObject({
    passing: true,
    retryAfterMs: 700,
  })
})

test('a refusal is told by its number', async () => {
  const answer = { status: 401, body: { message: 'Invalid Webhook hunter2', code: 50027 } }
  expect(await outcomeFor({ kind: discord, yaml }, answer)).toEqual({
    kind: 'failed',
    passing: false,
    reason: 'unexpected status code 401: code 50027',
  })
})

test.each([
  ['title: t', 'no discord webhook URL provided'],
  [`${yaml}\nwebhook_url_file: /f`, 'at most one of webhook_url & webhook_url_file'],
  ['webhook_url: ftp://h/', 'unsupported URL in webhook_url'],
  [`${yaml}\ncolor: red`, 'field color not found'],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(discord, entry)).toThrow(says)
})
