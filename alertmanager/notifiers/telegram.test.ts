import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { chatConformance, configOf, outcomeFor, sent } from './chat.conformance.ts'
import { closedHtml } from './closed-html.ts'
import { telegram } from './telegram.ts'

/** What is left of a text when its marks are read; Telegram counts that. */
const readable = (html: string) => html.replaceAll(/<[^>]*>/g, '')

const schema = z.strictObject({
  chat_id: z.int(),
  text: z.string().refine((text) => [...readable(text)].length <= 4096 && text !== ''),
  parse_mode: z.enum(['HTML', 'Markdown', 'MarkdownV2']).optional(),
  message_thread_id: z.int().optional(),
  disable_notification: z.boolean(),
  disable_web_page_preview: z.boolean(),
})

const yaml = 'bot_token: hunter2\nchat_id: -1001234567890'
const takes = () => ({ status: 200, body: { ok: true, result: { message_id: 1 } } })

chatConformance({ kind: telegram, yaml, takes, schema })

test.each(['firing', 'resolved'] as const)('the message of what is %s', async (status) => {
  const { requests } = await sent(telegram, yaml, { status, takes })
  expect(requests).toMatchObject([
    { method: 'POST', url: 'https://api.telegram.org/bothunter2/sendMessage' },
  ])
  expect(requests[0]?.body).toEqual({
    chat_id: -1001234567890,
    text: 'telegram.default.message',
    parse_mode: 'HTML',
    disable_notification: false,
    disable_web_page_preview: true,
  })
})

test('every option is sent', async () => {
  const more = `${yaml}
api_url: http://bots.example/
message_thread_id: 7
message: m
disable_notifications: true
parse_mode: MarkdownV2`
  const { requests } = await sent(telegram, more, { takes })
  expect(requests[0]?.url).toBe('http://bots.example/bothunter2/sendMessage')
  expect(requests[0]?.body).toEqual({
    chat_id: -1001234567890,
    text: 'm',
    parse_mode: 'MarkdownV2',
    message_thread_id: 7,
    disable_notification: true,
    disable_web_page_preview: true,
  })
})

test('plain text has no mode', async () => {
  const { requests } = await sent(telegram, `${yaml}\nparse_mode: ""`, { takes })
  expect(requests[0]?.body).not.toHaveProperty('parse_mode')
})

test('token and address can stand in global, and the chat in a file', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'telegram-'))
  await writeFile(path.join(folder, 'chat'), '-42\n')
  const entry = `chat_id_file: ${path.join(folder, 'chat')}`
  const global = 'telegram_bot_token: 9:g\ntelegram_api_url: http://t.example'
  const { requests } = await sent(telegram, entry, { takes, global })
  expect(requests[0]).toMatchObject({
    url: 'http://t.example/bot9:g/sendMessage',
    body: { chat_id: -42 },
  })
})

test('a chat file without a number fails the attempt', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'telegram-'))
  await writeFile(path.join(folder, 'chat'), 'ops')
  const entry = `bot_token: t\nchat_id_file: ${path.join(folder, 'chat')}`
  const { outcome } = await sent(telegram, entry, { takes })
  expect(outcome).toMatchObject({ passing: false, reason: expect.stringContaining('no chat id') })
})

test('what is cut in HTML ends what it began', async () => {
  const { requests } = await sent(telegram, yaml, { takes, fill: () => '<b>x</b>y'.repeat(1000) })
  expect(requests[0]?.body).toMatchObject({
    text: `${'<b>x</b>y'.repeat(455)}…`,
    parse_mode: 'HTML',
  })
})

test.each(['Markdown', 'MarkdownV2'])('what is cut in %s is sent as it stands', async (mode) => {
  const fill = () => '*b*'.repeat(2000)
  const { requests } = await sent(telegram, `${yaml}\nparse_mode: ${mode}`, { takes, fill })
  expect(requests[0]?.body).toMatchObject({ text: `${'*b*'.repeat(1365)}…` })
  expect(requests[0]?.body).not.toHaveProperty('parse_mode')
})

test.each([
  ['<b>bold</b> and <i>it…', '<b>bold</b> and <i>it…</i>'],
  ['<a href="http://x/…', '…'],
  ['a &am…', 'a …'],
  ['<b><i>x</i>y…', '<b><i>x</i>y…</b>'],
  ['x</b…', 'x…'],
  ['whole', 'whole'],
])('%j is closed as %j', (cut, closed) => {
  expect(closedHtml(cut)).toBe(closed)
})

test('the pause of a rate limit is taken from the parameters', async () => {
  const body = { ok: false, error_code: 429, description: 'x', parameters: { retry_after: 35 } }
  const answer = { status: 429, body: body }
  expect(await outcomeFor({ kind: telegram, yaml }, answer)).toMatchObject({
    passing: true,
    retryAfterMs: 35_000,
  })
})

test.each([
  ['Bad Request: chat not found', 'Bad Request: chat not found'],
  [`Bad Request: can't parse entities: Unsupported <x>`, "Bad Request: can't parse entities"],
])('a refusal is told without what it quotes of the message: %j', async (description, told) => {
  const answer = { status: 400, body: { ok: false, error_code: 400, description } }
  expect(await outcomeFor({ kind: telegram, yaml }, answer)).toEqual({
    kind: 'failed',
    passing: false,
    reason: `unexpected status code 400: ${told}`,
  })
})

test.each([
  ['chat_id: 1', 'missing bot_token or bot_token_file on telegram_config'],
  ['bot_token: x', 'missing chat_id or chat_id_file on telegram_config'],
  ['bot_token: x\nbot_token_file: y\nchat_id: 1', 'at most one of bot_token & bot_token_file'],
  ['bot_token: x\nchat_id: 1\nchat_id_file: y', 'at most one of chat_id & chat_id_file'],
  ['bot_token: x\nchat_id: ops', 'chat_id must be a whole number'],
  [
    'bot_token: x\nchat_id: 1\nparse_mode: html',
    'unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string',
  ],
])('the entry %j is refused', (entry, says) => {
  expect(() => configOf(telegram, entry)).toThrow(says)
})
