/** WeChat Work: a text or Markdown to users, parties and tags; the token for it is kept a while. */
import { fields, type Place, refusal, text } from '../config/reader.ts'
import { addressOf, below, type Call, chat, chatKeys, type Line } from './chat.ts'
import { inheritedSecret } from './inherited-secret.ts'
import type { NotifierKind, Outcome } from './notifier.ts'
import { filled, readTemplates, withoutEmpty } from './template-options.ts'
import { isTokenRefused, judged } from './wechat-answer.ts'
import { createWechatTokens, type WechatTokens } from './wechat-tokens.ts'

const defaults = {
  message: '{{ template "wechat.default.message" . }}',
  agent_id: '{{ template "wechat.default.agent_id" . }}',
  to_user: '{{ template "wechat.default.to_user" . }}',
  to_party: '{{ template "wechat.default.to_party" . }}',
  to_tag: '{{ template "wechat.default.to_tag" . }}',
}

const keys = {
  known: [
    ...[...chatKeys, 'api_secret', 'api_secret_file', 'corp_id', 'api_url', 'message_type'],
    ...Object.keys(defaults),
  ],
}

const bytesMost = 2048

export const wechat: NotifierKind = {
  name: 'wechat',
  key: 'wechat_configs',
  sendsResolvedByDefault: false,
  globals: { plain: ['wechat_api_url', 'wechat_api_corp_id'], secret: ['wechat_api_secret'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: wechat, own, at, global }
    const secret = inheritedSecret(entry, {
      name: 'api_secret',
      globalName: 'wechat_api_secret',
      missing: 'no global Wechat ApiSecret set either inline or in a file',
    })
    const corpId = own.optional('corp_id', text) ?? global.own.optional('wechat_api_corp_id', text)
    if (corpId === undefined) throw refusal(at, 'no global Wechat CorpID set')
    const server = addressOf(entry, 'wechat_api_url', 'https://qyapi.weixin.qq.com/cgi-bin/')
    const type = own.optional('message_type', readType) ?? 'text'
    const templates = readTemplates(own, defaults)
    const tokens = createWechatTokens(server)
    return chat<WechatCall>(entry, {
      secrets: secret.places,
      async compose(page) {
        const { message, ...to } = filled(templates, page.text)
        const content = page.cut(message, { field: 'message', bytes: bytesMost })
        const body = {
          ...withoutEmpty({ touser: to.to_user, toparty: to.to_party, totag: to.to_tag }),
          agentid: /^\d+$/.test(to.agent_id) ? Number(to.agent_id) : to.agent_id,
          safe: 0,
          msgtype: type,
          [type]: { content },
        }
        const login = { corpId: page.text(corpId), secret: await page.read(secret) }
        return { url: below(server, 'message/send'), body, login }
      },
      deliver: (line, call) => deliver(line, call, tokens),
    })
  },
}

interface WechatCall extends Call {
  readonly login: { readonly corpId: string; readonly secret: string }
}

/** A token can end before its time: then it is asked for once more. */
async function deliver(line: Line, call: WechatCall, tokens: WechatTokens): Promise<Outcome> {
  const { login, url, body } = call
  for (let isLast = false; ; isLast = true) {
    const got = await tokens.get(line, login)
    if (got.kind === 'failed') return got
    const answer = await line.post({ url: `${url}?access_token=${got.token}`, body })
    if (isLast || !isTokenRefused(answer)) return judged(answer)
    tokens.drop(got.token)
  }
}

function readType(at: Place): string {
  const type = text(at)
  if (type !== 'text' && type !== 'markdown')
    throw refusal(
      at,
      `weChat message type "${type}" does not match valid options ^(text|markdown)$`,
    )
  return type
}
