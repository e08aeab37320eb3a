/** The access token of WeChat Work: asked for once, used until shortly before it ends. */
import { below, type Line } from './chat.ts'
import { objectOf } from './json-exchange.ts'
import type { Outcome } from './notifier.ts'
import { judged } from './wechat-answer.ts'

export interface WechatTokens {
  get(line: Line, login: Login): Promise<Got>
  /** The far side no longer takes it. */
  drop(token: string): void
}

interface Login {
  readonly corpId: string
  readonly secret: string
}

type Got = { readonly kind: 'got'; readonly token: string } | Extract<Outcome, { kind: 'failed' }>

/** A token that ends while it is on its way is refused. */
const spareMs = 60_000

export function createWechatTokens(server: string): WechatTokens {
  let kept: { token: string; login: Login; untilMs: number } | undefined
  return {
    async get(line, { corpId, secret }) {
      const isKept = kept?.login.corpId === corpId && kept.login.secret === secret
      if (kept !== undefined && isKept && line.nowMs() < kept.untilMs)
        return { kind: 'got', token: kept.token }
      const asked = new URLSearchParams({ corpid: corpId, corpsecret: secret })
      const answer = await line.get(`${below(server, 'gettoken')}?${asked}`)
      const outcome = judged(answer)
      if (outcome.kind === 'failed') return { ...outcome, reason: `gettoken: ${outcome.reason}` }
      const { access_token: token, expires_in: seconds } = objectOf(answer.text) ?? {}
      if (typeof token !== 'string' || token === '')
        return { kind: 'failed', passing: true, reason: 'gettoken: answered without a token' }
      const lifeMs = (typeof seconds === 'number' ? seconds : 0) * 1000
      kept = { token, login: { corpId, secret }, untilMs: line.nowMs() + lifeMs - spareMs }
      return { kind: 'got', token }
    },
    drop(token) {
      if (kept?.token === token) kept = undefined
    },
  }
}
