/** Sends a mail per notification; the mails of one group are one thread. */
import { messageOf } from '#lib/errors'
import { logIn, type MailLogin, secretsOfLogin } from './email-login.ts'
import { mailOf } from './email-message.ts'
import { emailGlobals, readEmail, type ServerSettings } from './email-settings.ts'
import { attempt, clipped } from './http-client.ts'
import { without } from './http-secrets.ts'
import {
  delivered,
  type MailReceipt,
  type MailServer,
  type NotifierKind,
  type Outcome,
} from './notifier.ts'
import type { Secret } from './secret.ts'

const timeoutMs = 30_000

export const email: NotifierKind = {
  name: 'email',
  key: 'email_configs',
  sendsResolvedByDefault: false,
  globals: emailGlobals,
  read(at, global) {
    const settings = readEmail(at, global)
    const { host, port } = settings.server
    const smarthost = `${host}:${port}`
    return {
      sendResolved: settings.sendResolved ?? email.sendsResolvedByDefault,
      secrets: settings.secrets,
      open: ({ openMail, log }) => ({
        timeoutMs,
        send: (message, signal) =>
          attempt(async () => {
            const mail = mailOf(message, settings)
            const login = await loginOf(settings.server)
            const transport = openMail(await serverOf(settings.server, login))
            try {
              const sending = () => transport.sendMail({ ...mail, signal })
              const receipt = await unlessStopped(signal, sending)
              const { rejected = [], rejectedErrors = [] } = receipt
              // Who was put off is asked again; who is not known there never will be.
              const putOff = rejectedErrors.find(({ responseCode = 0 }) => responseCode < 500)
              if (putOff !== undefined) throw putOff
              if (rejected.length > 0) log.warn({ smarthost, rejected }, 'Recipients not taken')
              return taken(receipt)
            } catch (error) {
              return failed(error, smarthost, login)
            } finally {
              transport.close()
            }
          }),
      }),
    }
  },
}

const taken = ({ response = '' }: MailReceipt): Outcome =>
  response === '' ? delivered : { kind: 'delivered', receipt: clipped(response) }

async function loginOf({ user, identity, password, secret }: ServerSettings) {
  if (user === '') return undefined
  const read = async (kept: Secret | undefined) => (await kept?.read()) ?? ''
  return { user, identity, password: await read(password), secret: await read(secret) }
}

async function serverOf(
  { host, port, hello, requireTls, isImplicitTls, tls }: ServerSettings,
  login: MailLogin | undefined,
): Promise<MailServer> {
  const options = await tls.read()
  const mustUpgrade = requireTls && !isImplicitTls
  // Where TLS is not asked for, a certificate of nobody is better than no encryption at all.
  const isCareless = !requireTls && !isImplicitTls && options.ca === undefined
  return {
    host,
    port,
    secure: isImplicitTls,
    requireTLS: mustUpgrade,
    name: hello,
    tls: isCareless ? { rejectUnauthorized: false, ...options } : options,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(login && {
      auth: { type: 'custom', method: 'ours', user: login.user, pass: login.password },
      customAuth: { ours: (dialog) => logIn(login, dialog) },
    }),
  }
}

/** A mail under way cannot be called back: the next attempt at it has the same Message-ID. */
async function unlessStopped<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const stop = () => stopped.reject(new Error('no answer in time'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([stopped.promise, signal.aborted ? stopped.promise : run()])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** What the client itself finds wrong with a mail or a login lasts; all else depends on others. */
const lasting = ['EAUTH', 'EENVELOPE', 'EMESSAGE']

/** A 5xx of the mail server stays; a 4xx, and a server that is away, may pass. */
function failed(error: unknown, smarthost: string, login: MailLogin | undefined): Outcome {
  const { responseCode, code } = error as SmtpError // Every field of it is optional.
  const passing = responseCode === undefined ? !lasting.includes(code ?? '') : responseCode < 500
  const secrets = login === undefined ? [] : secretsOfLogin(login)
  return { kind: 'failed', passing, reason: without(`${smarthost}: ${messageOf(error)}`, secrets) }
}

interface SmtpError {
  readonly responseCode?: number
  readonly code?: string
}
