/** The frame of our plain pages: one document, nothing fetched. */
import { type Html, html } from './html.ts'

export interface Page {
  readonly title: string
  readonly styles: string
  readonly body: Html
}

export function pageOf({ title, styles, body }: Page): string {
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>${html.trusted(styles)}</style>
  </head>
  <body>
    ${body}
  </body>
</html>
`.text
}

/** A table with its columns' names. Who lets it scroll wraps it. */
export function tableHtml(columns: readonly string[], rows: readonly Html[]): Html {
  return html`<table>
    <thead>
      <tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}
