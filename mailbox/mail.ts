/** What is read out of the bytes of a mail. Never throws: what nobody can read is kept too. */
import PostalMime, { type Address, type Email } from 'postal-mime'
import { messageOf } from '#lib/errors'

/** Held in memory for each kept mail, hence short: longer values end in `…`. */
export interface MailSummary {
  readonly id: string
  readonly receivedAtMs: number
  readonly sizeBytes: number
  readonly from: string
  /** Of the header; where it names nobody, those to whom the mail was handed over. */
  readonly to: readonly string[]
  readonly subject: string
  /** As the sender gave it, in ISO 8601 where it could be read. */
  readonly date: string | undefined
  readonly messageId: string | undefined
  readonly inReplyTo: string | undefined
  /** `X-ZStone-Trace`, where the mail has it. */
  readonly headers: Readonly<Record<string, string>>
  /** The plain text. */
  readonly text: string
}

/** Where a mail stands among the others. */
export type Place = Pick<MailSummary, 'id' | 'receivedAtMs'>

/** The whole of a mail, for one page. */
export interface MailContent {
  readonly text: string
  readonly html: string | undefined
  readonly attachments: readonly { name: string; mediaType: string; sizeBytes: number }[]
}

const limits = { word: 998, text: 16 * 1024, recipients: 100, headersBytes: 256 * 1024 }

export async function summaryOf(bytes: Uint8Array, place: Place): Promise<MailSummary> {
  const mail = await parse(bytes)
  const trace = headersOf(mail, 'x-zstone-trace')[0]
  return {
    id: place.id,
    receivedAtMs: place.receivedAtMs,
    sizeBytes: bytes.length,
    from: short(addressText(mail.from) || (mail.returnPath ?? '')),
    to: recipientsOf(mail).slice(0, limits.recipients).map(short),
    subject: short(mail.subject ?? ''),
    date: optional(mail.date),
    messageId: identityOf(mail),
    inReplyTo: optional(mail.inReplyTo),
    headers: trace === undefined ? {} : { 'X-ZStone-Trace': short(trace) },
    text: cut(mail.text ?? '', limits.text),
  }
}

export async function contentOf(bytes: Uint8Array): Promise<MailContent> {
  const { text, html, attachments } = await parse(bytes)
  return {
    text: text ?? '',
    html,
    attachments: attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? 'without a name',
      mediaType: mimeType,
      sizeBytes: typeof content === 'string' ? content.length : content.byteLength,
    })),
  }
}

async function parse(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { maxHeadersSize: limits.headersBytes })
  } catch (error) {
    const subject = `(unreadable: ${messageOf(error)})`
    return { headers: [], headerLines: [], attachments: [], subject }
  }
}

/** Never cut, or two mails might look like one: what no line can hold counts as none. */
function identityOf({ messageId }: Email): string | undefined {
  return messageId && messageId.length <= limits.word ? messageId : undefined
}

function recipientsOf(mail: Email): readonly string[] {
  const named = (mail.to ?? []).map(addressText).filter((text) => text !== '')
  return named.length > 0 ? named : headersOf(mail, 'delivered-to')
}

function headersOf({ headers }: Email, name: string): string[] {
  return headers.filter(({ key }) => key === name).map(({ value }) => value)
}

function addressText(address: Address | undefined): string {
  if (address === undefined) return ''
  if (address.group !== undefined)
    return `${address.name}: ${address.group.map(addressText).join(', ')}`
  const { name, address: mailbox } = address
  return name === '' || name === mailbox ? mailbox : `${name} <${mailbox}>`
}

const optional = (text: string | undefined) => (text ? short(text) : undefined)
const short = (text: string) => cut(text, limits.word)
/** A letter of two units is not cut in half. */
const cut = (text: string, lengthMax: number) =>
  text.length <= lengthMax ? text : `${text.slice(0, lengthMax).replace(/[\ud800-\udbff]$/, '')}…`
