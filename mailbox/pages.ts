/** The pages for people: the list, and one mail. */
import { timeText } from '#lib/figures'
import { type Html, html } from '#lib/html'
import { pageOf, tableHtml } from '#lib/page'
import type { MailContent, MailSummary } from './mail.ts'
import { styles } from './styles.ts'

export interface ListView {
  readonly mails: readonly MailSummary[]
  readonly total: number
  /** From 1. */
  readonly page: number
  readonly pageCount: number
  readonly smtpAddress: string
  readonly atMs: number
}

export function listPage(view: ListView): string {
  const { mails, total, page, pageCount, smtpAddress, atMs } = view
  const row = (mail: MailSummary) => html`<tr>
    <td>${time(mail.receivedAtMs)}</td>
    <th scope="row"><a href="/mail/${mail.id}">${mail.subject || '(no subject)'}</a></th>
    <td>${mail.from}</td>
    <td>${mail.to.join(', ')}</td>
  </tr>`
  const link = (to: number, text: string) =>
    to < 1 || to > pageCount ? html`` : html`<a href="/mail?page=${to}">${text}</a> `
  const body = html`<header>
      <nav aria-label="Way back"><a href="/">Status</a></nav>
      <h1>Mail</h1>
      <p>
        ${total} kept, newest first, as of ${time(atMs)}. Taken at <code>${smtpAddress}</code>;
        never passed on. <a href="/mail/api/messages">JSON</a>
      </p>
    </header>
    <section aria-label="Kept mails">
      ${total === 0 ? html`<p>No mail yet.</p>` : table(mails.map(row))}
      <nav aria-label="Pages">
        ${[link(page - 1, '← newer'), link(page + 1, 'older →')]}
      </nav>
    </section>`
  return document('Mail', body)
}

function table(rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Kept mails">
    ${tableHtml(['Received', 'Subject', 'From', 'To'], rows)}
  </div>`
}

export function mailPage(mail: MailSummary, content: MailContent): string {
  const fields: readonly (readonly [string, string | Html])[] = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Received', time(mail.receivedAtMs)],
    ['Date', mail.date ?? ''],
    ['Message-ID', mail.messageId ?? ''],
    ['In-Reply-To', mail.inReplyTo ?? ''],
    ['Trace', mail.headers['X-ZStone-Trace'] ?? ''],
    ['Size', `${mail.sizeBytes} bytes`],
  ]
  const shown = fields.filter(([, value]) => value !== '')
  const body = html`<header>
      <nav aria-label="Way back">
        <a href="/">Status</a> <a href="/mail">All mails</a>
        <a href="/mail/${mail.id}.eml" download>Download</a>
      </nav>
      <h1>${mail.subject || '(no subject)'}</h1>
      <dl>${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
    </header>
    ${textSection(content)} ${htmlSection(mail, content)} ${attachmentSection(content)}`
  return document(mail.subject || 'Mail', body)
}

function textSection({ text, html: rich }: MailContent): Html {
  if (text === '' && rich !== undefined) return html``
  return html`<section>
    <h2>Text</h2>
    <pre>${linked(text)}</pre>
  </section>`
}

/** The sender's markup runs nothing, loads nothing and stands in a frame that may do nothing. */
function htmlSection(mail: MailSummary, { html: rich }: MailContent): Html {
  if (rich === undefined) return html``
  return html`<section>
    <h2>HTML</h2>
    <iframe src="/mail/${mail.id}/html" sandbox title="The mail as HTML"></iframe>
  </section>`
}

function attachmentSection({ attachments }: MailContent): Html {
  if (attachments.length === 0) return html``
  const item = ({ name, mediaType, sizeBytes }: (typeof attachments)[number]) =>
    html`<li>${name} (${mediaType}, ${sizeBytes} bytes)</li>`
  return html`<section>
    <h2>Attachments, inside the download</h2>
    <ul>${attachments.map(item)}</ul>
  </section>`
}

/** Web addresses in plain text can be followed; nothing else becomes a link. */
function linked(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((piece, i) =>
      i % 2 === 1
        ? html`<a href="${piece}" rel="noopener noreferrer nofollow">${piece}</a>`
        : html`${piece}`,
    )
}

const document = (title: string, body: Html) =>
  pageOf({ title, styles, body: html`<main>${body}</main>` })

function time(ms: number): Html {
  return html`<time datetime="${new Date(ms).toISOString()}">${timeText(ms)}</time>`
}
