/** Why a page cannot be shown. */
import { type Html, html } from '#lib/html'

export function problemPage(message: string): readonly Html[] {
  return [
    html`<section role="alert">
      <h2>That did not work</h2>
      <p>${message}</p>
      <p><a href="./">All groups</a></p>
    </section>`,
  ]
}
