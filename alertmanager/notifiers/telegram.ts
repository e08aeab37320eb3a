/** Telegram: a bot writes to a chat, or to a thread of it. */
import { type Fields, fields, type Place, refusal, text, truth } from '../config/reader.ts'
import { addressOf, below, chat, chatKeys } from './chat.ts'
import { closedHtml } from './closed-html.ts'
import { type HttpAnswer, outcomeOf } from './http-client.ts'
import { inheritedSecret } from './inherited-secret.ts'
import { objectOf, recordOf } from './json-exchange.ts'
import type { NotifierKind, Outcome } from './notifier.ts'
import { passingAfter } from './pause.ts'
import { type Secret, secretFile } from './secret.ts'

const keys = {
  known: [
    ...chatKeys,
    'api_url',
    'bot_token',
    'bot_token_file',
    'chat_id',
    'chat_id_file',
    'disable_notifications',
    'message',
    'message_thread_id',
    'parse_mode',
  ],
}

const runesMost = 4096

const messageDefault = '{{ template "telegram.default.message" . }}'

export const telegram: NotifierKind = {
  name: 'telegram',
  key: 'telegram_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['telegram_api_url'], secret: ['telegram_bot_token'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: telegram, own, at, global }
    const token = inheritedSecret(entry, {
      name: 'bot_token',
      globalName: 'telegram_bot_token',
      missing: 'missing bot_token or bot_token_file on telegram_config',
    })
    const chatId = readChatId(own, at)
    const apiUrl = addressOf(entry, 'telegram_api_url', 'https://api.telegram.org')
    const template = own.optional('message', text) ?? messageDefault
    const parseMode = own.optional('parse_mode', readParseMode) ?? 'HTML'
    const threadId = own.optional('message_thread_id', integer)
    const isQuiet = own.optional('disable_notifications', truth) ?? false
    return chat(entry, {
      secrets: token.places,
      async compose(page) {
        const whole = parseMode === 'HTML' ? page.html(template) : page.text(template)
        const shown = page.cut(whole, { field: 'message', runes: runesMost })
        const body = {
          chat_id: await chatId.read(),
          ...textOf(shown, { parseMode, isWhole: shown === whole }),
          ...(threadId !== undefined && { message_thread_id: threadId }),
          disable_notification: isQuiet,
          disable_web_page_preview: true,
        }
        return { url: below(apiUrl, `bot${await page.read(token)}/sendMessage`), body }
      },
      deliver: async (line, call) => judged(await line.post(call)),
    })
  },
}

/** Telegram refuses marks that do not end: a cut text is closed, or sent without marks. */
function textOf(text: string, { parseMode, isWhole }: { parseMode: string; isWhole: boolean }) {
  if (parseMode === '') return { text }
  if (isWhole) return { text, parse_mode: parseMode }
  return parseMode === 'HTML' ? { text: closedHtml(text), parse_mode: parseMode } : { text }
}

/** Refused with `ok: false`, a code, a description, and the pause where there were too many. */
function judged(answer: HttpAnswer): Outcome {
  const { description, parameters } = objectOf(answer.text) ?? {}
  const outcome = outcomeOf(answer, { explain: () => beginningOf(description) })
  return passingAfter(outcome, recordOf(parameters)?.retry_after)
}

/** `Bad Request: chat not found`; what follows a second colon may be of our own text. */
function beginningOf(description: unknown): string {
  const found = /^[\w' ]{1,60}(: [\w' ]{1,60})?/.exec(String(description ?? ''))
  return found?.[0] ?? ''
}

function readChatId(own: Fields, at: Place): { read(): Promise<number> } {
  const given = own.optional('chat_id', integer)
  const file = own.optional('chat_id_file', text)
  if (given !== undefined && file !== undefined)
    throw refusal(at, 'at most one of chat_id & chat_id_file must be configured')
  if (given !== undefined) return { read: async () => given }
  if (file === undefined) throw refusal(at, 'missing chat_id or chat_id_file on telegram_config')
  return numberIn(secretFile(at, file), file)
}

function numberIn(content: Secret, file: string) {
  return {
    async read() {
      const id = Number(await content.read())
      if (!Number.isSafeInteger(id)) throw new Error(`${file} holds no chat id`)
      return id
    },
  }
}

/** Groups have ids below zero. */
function integer(at: Place): number {
  const value = Number(text(at))
  if (!Number.isSafeInteger(value)) throw refusal(at, `${at.path} must be a whole number`)
  return value
}

function readParseMode(at: Place): string {
  const mode = text(at)
  if (!['', 'Markdown', 'MarkdownV2', 'HTML'].includes(mode))
    throw refusal(
      at,
      'unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string',
    )
  return mode
}
