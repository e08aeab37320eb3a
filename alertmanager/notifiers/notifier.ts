/** What a notifier is: one file here, one line in `index.ts`; it passes the conformance suite. */
import type { Notification } from '#api/alert'
import type { Log } from '#lib/log'
import type { GlobalConfig, GlobalKeys } from '../config/global.ts'
import type { Place } from '../config/reader.ts'
import type { Fetch } from './http-fetch.ts'
import type { TlsOptions } from './tls-config.ts'

export interface NotifierKind {
  /** What metrics, spans and the notification log call it. */
  readonly name: string
  /** Its key below a receiver. */
  readonly key: string
  readonly sendsResolvedByDefault: boolean
  /** Its keys below `global`; what stands at a secret one is masked wherever the file is shown. */
  readonly globals?: GlobalKeys
  /** Reads one entry of its list strictly; secrets in files are read at each attempt. */
  read(at: Place, global: GlobalConfig): NotifierConfig
}

export interface NotifierConfig {
  readonly sendResolved: boolean
  /** Values that a status page must not show. */
  readonly secrets: readonly Place[]
  open(world: NotifierWorld): Notifier
}

export interface Notifier {
  /**
   * Makes one attempt. Never throws: what went wrong is an outcome. Ends when `signal` aborts.
   * The same message, attempted again, carries the same idempotency key.
   */
  send(message: Message, signal: AbortSignal): Promise<Outcome>
  /** How long one attempt may take. */
  readonly timeoutMs: number
}

export interface Message {
  readonly notification: Notification
  /** Context of the span of this attempt. */
  readonly traceparent: string
  readonly sentAtMs: number
  readonly render: Render
  /** What the last delivery to this integration for this group left behind, e.g. a thread's id. */
  readonly memory: Readonly<Record<string, string>>
}

/**
 * Fills a template of Go's with the data of the notification. Throws where the template is faulty:
 * no attempt will ever do better, so the outcome is a failure that does not pass.
 */
export interface Render {
  text(template: string): string
  /** Escapes what is filled in, as html/template does. */
  html(template: string): string
}

export type Outcome =
  | {
      readonly kind: 'delivered'
      /** Handed to the next notification of this group to this integration. */
      readonly memory?: Readonly<Record<string, string>>
      /** What the receiver answered with, for people: `HTTP 202`, `250 queued as 4F1`. */
      readonly receipt?: string
    }
  | {
      readonly kind: 'failed'
      /** Whether the receiver may take the same message soon. */
      readonly passing: boolean
      /** For people; holds no secret and no body of ours. */
      readonly reason: string
      readonly retryAfterMs?: number
    }

export interface NotifierWorld {
  readonly fetch: Fetch
  readonly openMail: OpenMail
  readonly log: Log
  readonly nowMs: () => number
  /** Where `proxy_from_environment` and AWS's keys are looked for; default: nowhere. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Opens a connection to a mail server; nodemailer's `createTransport` fits. */
export type OpenMail = (options: MailServer) => MailTransport

export interface MailServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly secure: boolean
  readonly requireTLS: boolean
  readonly tls: TlsOptions
  /** What we call ourselves in EHLO. */
  readonly name: string
  readonly auth?: {
    readonly type: 'custom'
    /** Which one of `customAuth`. */
    readonly method: string
    readonly user: string
    readonly pass: string
  }
  readonly customAuth?: { [method: string]: (dialog: MailDialog) => Promise<void> }
  readonly connectionTimeout: number
  readonly greetingTimeout: number
  readonly socketTimeout: number
}

/** What is said with a mail server while we log in. */
export interface MailDialog {
  /** What the server offers. */
  readonly authMethods: readonly string[]
  sendCommand(command: string): Promise<{ status: number; text: string; response: string }>
}

export interface MailTransport {
  sendMail(mail: Mail & { readonly signal: AbortSignal }): Promise<MailReceipt>
  close(): void
}

/** At least one recipient was taken; these were not. */
export interface MailReceipt {
  /** The last word of the server. */
  readonly response?: string
  readonly rejected?: readonly unknown[] | undefined
  readonly rejectedErrors?: readonly MailRefusal[] | undefined
}

export interface MailRefusal {
  readonly responseCode?: number | undefined
}

export interface Mail {
  readonly envelope: { readonly from: string; readonly to: string }
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text?: string
  readonly html?: string
  readonly messageId: string
  readonly references?: string
  readonly inReplyTo?: string
  readonly headers: Readonly<Record<string, string>>
  readonly date: Date
}

export const delivered: Outcome = { kind: 'delivered' }
