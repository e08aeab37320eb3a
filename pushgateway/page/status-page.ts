/** The gateway itself: what it is, how it was started, how it does. */
import { type Html, html } from '#lib/html'
import { shown } from './shown.ts'

export interface StatusSection {
  readonly title: string
  readonly rows: readonly (readonly [name: string, value: string])[]
}

export function statusPage(sections: readonly StatusSection[]): readonly Html[] {
  return sections.map(
    ({ title, rows }) => html`<section>
      <h2>${title}</h2>
      <dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${written(value)}</dd>`)}</dl>
    </section>`,
  )
}

const written = (value: string) =>
  value === '' ? html`<span class="quiet">not set</span>` : html`${shown(value, 1000)}`
