/** What the web configuration says of each request: headers, how many, and who asks. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../clock.ts'
import { type Caller, nobody } from './caller.ts'
import { verifiedNames } from './client-certificate.ts'
import { type Credentials, createPasswords } from './passwords.ts'
import type { WebConfig } from './web-config.ts'

export type Verdict = Caller | 'unknown' | 'too many'

export interface WebAccess {
  /** At once unless a password has to be checked. Sets the headers of every answer. */
  judge(request: IncomingMessage, response: ServerResponse): Verdict | Promise<Verdict>
  close(): Promise<void>
}

export interface WebAccessOptions {
  readonly config: () => WebConfig
  /** Whether a request may go on without a password although others may not. */
  readonly admits: (request: IncomingMessage) => boolean
  readonly clock: Clock
}

export function createWebAccess({ config, admits, clock }: WebAccessOptions): WebAccess {
  const passwords = createPasswords()
  const allow = createLimit(clock)
  return {
    judge(request, response) {
      const { users, headers, rateLimit } = config()
      if (!allow(rateLimit)) return 'too many'
      for (const [name, value] of headers) response.setHeader(name, value)
      const certificateNames = namesOf(request)
      const stranger =
        certificateNames.length === 0 ? nobody : { user: undefined, certificateNames }
      if (users.size === 0) return stranger
      const given = credentialsOf(request)
      if (given === undefined) return admits(request) ? stranger : 'unknown'
      const { user } = given
      const verdict = (isRight: boolean): Verdict => {
        if (isRight) return { user, certificateNames }
        return admits(request) ? stranger : 'unknown'
      }
      const checked = passwords.check(given, users.get(user))
      return typeof checked === 'boolean' ? verdict(checked) : checked.then(verdict)
    },
    close: () => passwords.close(),
  }
}

/** A certificate does not change while its connection lasts. */
const namesBySocket = new WeakMap<TLSSocket, readonly string[]>()

function namesOf({ socket }: IncomingMessage): readonly string[] {
  if (!('getPeerX509Certificate' in socket)) return []
  const encrypted = socket as TLSSocket // Only such sockets know certificates.
  const known = namesBySocket.get(encrypted)
  if (known !== undefined) return known
  const names = verifiedNames(encrypted)
  namesBySocket.set(encrypted, names)
  return names
}

/** RFC 7617: the user ends at the first colon. */
function credentialsOf({ headers }: IncomingMessage): Credentials | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const at = text.indexOf(':')
  return at < 0 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) }
}

/** A bucket that holds `burst` tokens and gets one each interval. */
function createLimit(clock: Clock): (limit: WebConfig['rateLimit']) => boolean {
  let tokens: number | undefined
  let filledMs = clock.monotonicMs()
  return ({ intervalMs, burst }) => {
    if (intervalMs === 0) return true
    const nowMs = clock.monotonicMs()
    tokens = Math.min(burst, (tokens ?? burst) + (nowMs - filledMs) / intervalMs)
    filledMs = nowMs
    if (tokens < 1) return false
    tokens--
    return true
  }
}
