/** Discord: an embed, posted to a channel's webhook. */
import { fields } from '../config/reader.ts'
import { chat, chatKeys, secretUrl } from './chat.ts'
import { type HttpAnswer, outcomeOf } from './http-client.ts'
import { objectOf } from './json-exchange.ts'
import type { NotifierKind, Outcome } from './notifier.ts'
import { passingAfter } from './pause.ts'
import { readTemplates, withoutEmpty } from './template-options.ts'

const defaults = {
  content: '{{ template "discord.default.content" . }}',
  title: '{{ template "discord.default.title" . }}',
  message: '{{ template "discord.default.message" . }}',
  username: '',
  avatar_url: '',
}

const keys = { known: [...chatKeys, 'webhook_url', 'webhook_url_file', ...Object.keys(defaults)] }

const limits = { content: 2000, title: 256, description: 4096, username: 80 }

const colors = { firing: 0x992d22, resolved: 0x2ecc71 }

export const discord: NotifierKind = {
  name: 'discord',
  key: 'discord_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: discord, own, at, global }
    const url = secretUrl(entry, 'webhook_url', 'no discord webhook URL provided')
    const texts = readTemplates(own, defaults)
    return chat(entry, {
      secrets: url.places,
      async compose(page) {
        const { status } = page.message.notification
        const embed = {
          title: page.text(texts.title, { field: 'title', runes: limits.title }),
          description: page.text(texts.message, { field: 'message', runes: limits.description }),
          color: colors[status],
        }
        const body = withoutEmpty({
          content: page.text(texts.content, { field: 'content', runes: limits.content }),
          embeds: [embed],
          username: page.cut(texts.username, { field: 'username', runes: limits.username }),
          avatar_url: texts.avatar_url,
        })
        return { url: await page.read(url), body }
      },
      deliver: async (line, call) => judged(await line.post(call)),
    })
  },
}

/** Discord says the pause in fractions of a second, and names what is wrong by a number. */
function judged(answer: HttpAnswer): Outcome {
  const { retry_after: pause, code } = objectOf(answer.text) ?? {}
  const outcome = outcomeOf(answer, {
    explain: () => (typeof code === 'number' && code !== 0 ? `code ${code}` : ''),
  })
  return passingAfter(outcome, pause)
}
