/** What all pages have in common: frame, look, and the headers that keep a page harmless. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { timeText } from '#lib/figures'
import { type Html, html } from '#lib/html'
import { pageOf } from '#lib/page'
import { styles } from '#lib/styles'

export interface Page {
  readonly title: string
  readonly content: readonly Html[]
  /** When what it shows was true. */
  readonly atMs: number
  /** Where `/metrics` is, relative to the pages. */
  readonly metricsLink: string
}

const ownStyles = `${styles}
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem }
header p { margin: 0 0 0 auto; color: var(--unknown) }
[aria-current] { font-weight: 600 } .number { text-align: right; white-space: nowrap }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; unicode-bidi: isolate }
th, td { padding-right: 1.25rem } th:last-child, td:last-child { padding-right: 0 }
thead a { text-decoration: none; white-space: nowrap } td:first-child { min-width: 15rem }
td a { text-decoration-color: var(--unknown); text-decoration-thickness: 1px;
  text-underline-offset: .25em }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 }
input, button { font: inherit; padding: .35rem .75rem; border-radius: 6px; color: inherit;
  border: 1px solid var(--unknown); background: var(--page) }
input[type=search] { flex: 1 1 20rem; min-width: 0 } button { cursor: pointer }
button.critical { color: var(--critical); border-color: currentColor; font-weight: 600 }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.pages { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding-top: .75rem }
nav.pages a { margin: 0 } section > :last-child { margin-bottom: 0; padding-bottom: 0 }
section > .pages:first-child { padding-top: 0 }
.quiet { color: var(--unknown) } .below { margin-top: .75rem } p { margin: .35rem 0 }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.5rem;
  margin: .5rem 0 }
dt { color: var(--unknown) } dd { margin: 0; overflow-wrap: anywhere }
pre { margin: .5rem 0 0; overflow-x: auto; font: .85em/1.5 ui-monospace, monospace }
@media (max-width: 40rem) { header p { margin-left: 0 } dl { grid-template-columns: 1fr } }
`

const styleHash = createHash('sha256').update(ownStyles).digest('base64')

/** Nothing is run and nothing is fetched; the one style is known by its hash. */
const security: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; ` +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // With no-referrer, browsers would hide from us that a form is our own.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

export function sendPage(response: ServerResponse, status: number, page: Page): void {
  const body = documentOf(page)
  response.writeHead(status, {
    ...security,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

/** The request was carried out; the browser goes on to a page. */
export function sendSeeOther(response: ServerResponse, link: string): void {
  response.writeHead(303, { ...security, Location: link, 'Content-Length': 0 }).end()
}

function documentOf({ title, content, atMs, metricsLink }: Page): string {
  const links = [
    ['./', 'Groups'],
    ['status', 'Status'],
  ] as const
  const link = ([href, name]: (typeof links)[number]) =>
    name === title
      ? html`<a href="${href}" aria-current="page">${name}</a> `
      : html`<a href="${href}">${name}</a> `
  const body = html`<main>
      <header>
        <h1>Pushgateway</h1>
        <nav aria-label="Pages">${links.map(link)}<a href="${metricsLink}">Metrics</a></nav>
        <p>As of <time datetime="${new Date(atMs).toISOString()}">${timeText(atMs)}</time></p>
      </header>
      ${content}
    </main>`
  return pageOf({ title: `${title} · Pushgateway`, styles: ownStyles, body })
}
