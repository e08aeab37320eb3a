/** Sends a mail per notification; the mails of one group are one thread. */
import { createHash } from 'node:crypto'
import { messageOf } from '#lib/errors'
import { traceIdOf } from '#lib/trace'
import { hostPort, type SmtpDefaults } from '../config/global.ts'
import { fields, type Place, plainText, refusal, text, textMap, truth } from '../config/reader.ts'
import { htmlOf, subjectOf, textOf } from './email-text.ts'
import {
  delivered,
  type Mail,
  type MailServer,
  type Message,
  type NotifierKind,
  type Outcome,
} from './notifier.ts'
import { type Secret, secretFile, secretOf } from './secret.ts'

const keys = {
  known: [
    'send_resolved',
    'to',
    'from',
    'smarthost',
    'hello',
    'auth_username',
    'auth_password',
    'auth_password_file',
    'require_tls',
    'headers',
  ],
  later: [
    'html',
    'text',
    'auth_identity',
    'auth_secret',
    'auth_secret_file',
    'tls_config',
    'force_implicit_tls',
    'threading',
  ],
}

const timeoutMs = 30_000

export const email: NotifierKind = {
  name: 'email',
  key: 'email_configs',
  sendsResolvedByDefault: false,
  read(at, { smtp }) {
    const settings = readSettings(at, smtp)
    return {
      sendResolved: settings.sendResolved,
      secrets: settings.password?.places ?? [],
      open: ({ openMail }) => ({
        timeoutMs,
        async send(message, signal) {
          let server: MailServer
          try {
            server = await serverOf(settings)
          } catch (error) {
            return { kind: 'failed', passing: false, reason: messageOf(error) }
          }
          const transport = openMail(server)
          try {
            await unlessStopped(signal, () => transport.sendMail(mailOf(message, settings)))
            return delivered
          } catch (error) {
            return outcomeOf(error, settings.smarthost)
          } finally {
            transport.close()
          }
        },
      }),
    }
  },
}

interface Settings {
  readonly sendResolved: boolean
  readonly to: string
  readonly from: string
  readonly smarthost: string
  readonly hello: string
  readonly user: string | undefined
  readonly password: Secret | undefined
  readonly requireTls: boolean
  readonly headers: ReadonlyMap<string, string>
}

function readSettings(at: Place, smtp: SmtpDefaults): Settings {
  const own = fields(at, keys)
  const to = own.optional('to', plainText)
  if (to === undefined || to === '') throw refusal(at, 'missing to address in email config')
  const from = own.optional('from', plainText) ?? smtp.from
  if (from === undefined) throw refusal(at, 'no global SMTP from set')
  const smarthost = own.optional('smarthost', hostPort) ?? smtp.smarthost
  if (smarthost === undefined) throw refusal(at, 'no global SMTP smarthost set')
  return {
    sendResolved: own.optional('send_resolved', truth) ?? email.sendsResolvedByDefault,
    to,
    from,
    smarthost,
    hello: own.optional('hello', text) ?? smtp.hello,
    user: own.optional('auth_username', text) ?? smtp.authUsername,
    password: secretOf(own, at, 'auth_password') ?? inherited(at, smtp),
    requireTls: own.optional('require_tls', truth) ?? smtp.requireTls,
    headers: own.optional('headers', readHeaders) ?? new Map(),
  }
}

function inherited(at: Place, { authPassword, authPasswordFile }: SmtpDefaults) {
  if (authPassword !== undefined) return { places: [], read: async () => authPassword }
  return authPasswordFile === undefined ? undefined : secretFile(at, authPasswordFile)
}

function readHeaders(at: Place): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const [name, value] of textMap(at)) {
    const usual = name.toLowerCase()
    if (headers.has(usual)) throw refusal(at, `duplicate header "${name}" in email config`)
    if (value.includes('{{')) throw refusal(at, `a template in ${at.path} is not supported yet`)
    headers.set(usual, value)
  }
  return headers
}

async function serverOf(settings: Settings): Promise<MailServer> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(settings.smarthost) ?? []
  const secure = port === '465'
  const { user, password } = settings
  return {
    host: host || 'localhost',
    port: Number(port),
    secure,
    requireTLS: settings.requireTls && !secure,
    name: settings.hello,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(user !== undefined && { auth: { user, pass: (await password?.read()) ?? '' } }),
  }
}

/** A mail under way cannot be called back: the next attempt at it has the same Message-ID. */
async function unlessStopped(signal: AbortSignal, run: () => Promise<unknown>): Promise<void> {
  signal.throwIfAborted()
  let stop = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('no answer in time'))
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([run(), stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Attempts at one notification share their Message-ID, mails of one group the root of a thread. */
export function mailOf(
  { notification, sentAtMs }: Message,
  { from, to, headers }: Pick<Settings, 'from' | 'to' | 'headers'>,
): Mail {
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'zstone'
  const group = createHash('sha256')
    .update(`${notification.receiver}\u0000${notification.groupKey}`)
    .digest('hex')
  const root = `<group-${group.slice(0, 32)}@${domain}>`
  const trace = traceIdOf(tracesOf(notification)[0])
  const named = new Map(headers)
  const take = (name: string) => {
    const value = named.get(name)
    named.delete(name)
    return value
  }
  return {
    from: take('from') ?? from,
    to: take('to') ?? to,
    subject: take('subject') ?? subjectOf(notification),
    text: textOf(notification),
    html: htmlOf(notification),
    messageId: `<${notification.idempotencyKey}@${domain}>`,
    references: root,
    inReplyTo: root,
    date: new Date(sentAtMs),
    headers: {
      ...Object.fromEntries(named),
      ...(trace !== undefined && { 'X-ZStone-Trace': trace }),
    },
  }
}

const tracesOf = ({ alerts }: Message['notification']) =>
  [...alerts]
    .sort((a, b) => Number(b.status === 'firing') - Number(a.status === 'firing'))
    .flatMap(({ annotations }) => annotations.traceparent ?? [])

/** A 5xx of the mail server stays; a 4xx, and a server that is away, may pass. */
export function outcomeOf(error: unknown, smarthost: string): Outcome {
  const code =
    error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : undefined
  const passing = code === undefined || code < 500
  return { kind: 'failed', passing, reason: `${smarthost}: ${messageOf(error)}` }
}
