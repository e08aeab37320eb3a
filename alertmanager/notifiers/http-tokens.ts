/** Buys OAuth tokens, keeps each until shortly before its end, and shares it between attempts. */
import { fault } from '#api/errors'
import { basic, type Credentials } from './http-login.ts'
import type { OAuthSettings } from './http-oauth.ts'

export interface Tokens {
  get(signal: AbortSignal): Promise<Credentials>
  /** The far side did not take it: the next `get` buys another one. */
  drop(token: Credentials): void
}

/** Makes the one request that a token costs. */
export type AskForToken = (
  request: { readonly body: string; readonly authorization?: string },
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly text: string }>

/** A token is not used in its last seconds: it would end on the way. */
const spareMs = 10_000

export function createTokens(settings: OAuthSettings, ask: AskForToken, nowMs: () => number) {
  let kept: { readonly credentials: Credentials; readonly endsAtMs: number } | undefined
  let underWay: Promise<Credentials> | undefined
  let usedSecret: string | undefined

  const buy = async (signal: AbortSignal): Promise<Credentials> => {
    const secret = usedSecret ?? ''
    const bought = await bid(settings, { ask, secret, signal })
    const endsAtMs =
      bought.livesMs === undefined ? Number.POSITIVE_INFINITY : nowMs() + bought.livesMs
    const { header, token } = bought
    kept = { credentials: { header, secrets: [token, secret] }, endsAtMs: endsAtMs - spareMs }
    return kept.credentials
  }
  const tokens: Tokens = {
    async get(signal) {
      const secret = (await settings.clientSecret?.read()) ?? ''
      if (secret !== usedSecret) kept = undefined
      usedSecret = secret
      if (kept !== undefined && kept.endsAtMs > nowMs()) return kept.credentials
      underWay ??= buy(signal).finally(() => {
        underWay = undefined
      })
      return underWay
    },
    drop(token) {
      if (kept?.credentials === token) kept = undefined
    },
  }
  return tokens
}

interface Bid {
  readonly ask: AskForToken
  readonly secret: string
  readonly signal: AbortSignal
}

/** The login goes into the header; a server that does not take it there finds it in the body. */
async function bid(settings: OAuthSettings, { ask, secret, signal }: Bid) {
  const { clientId, scopes, endpointParams } = settings
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scopes.length > 0) form.set('scope', scopes.join(' '))
  for (const [name, value] of endpointParams) form.set(name, value)
  const { header } = basic(encodeURIComponent(clientId), encodeURIComponent(secret))
  let answer = await ask({ body: form.toString(), authorization: header }, signal)
  if (answer.status === 400 || answer.status === 401) {
    form.set('client_id', clientId)
    form.set('client_secret', secret)
    answer = await ask({ body: form.toString() }, signal)
  }
  return tokenOf(answer)
}

function tokenOf({ status, text }: { readonly status: number; readonly text: string }) {
  const refuse = (reason: string) =>
    fault(status >= 500 || status === 429 ? 'RECEIVER_UNREACHABLE' : 'RECEIVER_TOKEN_REFUSED', {
      origin: 'the token_url',
      reason,
    })
  if (status !== 200) throw refuse(`unexpected status code ${status}`)
  let answer: Answer | null
  try {
    answer = JSON.parse(text)
  } catch {
    throw refuse('its answer is not JSON')
  }
  const { access_token: token, token_type: type, expires_in: seconds } = answer ?? {}
  if (typeof token !== 'string' || token === '') throw refuse('its answer holds no access_token')
  const lives = Number(seconds)
  return {
    token,
    header: `${schemeOf(type)} ${token}`,
    livesMs: seconds === undefined || !(lives > 0) ? undefined : lives * 1000,
  }
}

/** Any of it may be missing or of another type. */
interface Answer {
  readonly access_token?: unknown
  readonly token_type?: unknown
  readonly expires_in?: unknown
}

function schemeOf(type: unknown): string {
  const given = typeof type === 'string' ? type : ''
  return given === '' || given.toLowerCase() === 'bearer' ? 'Bearer' : given
}
