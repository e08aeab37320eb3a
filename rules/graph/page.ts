/** The page behind an alert's link: the expression, its rules, what it gives now, and why. */
import { timeText } from '#lib/figures'
import { formatShortest } from '#lib/go-number'
import { type Html, html } from '#lib/html'
import { formatLabels } from '#lib/labels'
import { pageOf, tableHtml } from '#lib/page'
import { styles } from '#lib/styles'
import type { Element } from '../world.ts'

export interface GraphView {
  readonly expr: string
  readonly atMs: number
  /** What the expression gives, or why it gives nothing; absent where none is asked. */
  readonly found?: readonly Element[] | { readonly reason: string }
  /** As `zstnadm explain` prints it: of each rule that asks this, else of the expression. */
  readonly explained: readonly string[]
  /** What to look at where no expression is asked. */
  readonly rules: readonly RuleLink[]
}

export interface RuleLink {
  readonly id: string
  readonly expr: string
  /** `firing: 2`, `insufficient data`, or nothing to say. */
  readonly state: string
}

const elementsMax = 100

export function graphPage(view: GraphView): string {
  const { expr, atMs, found, explained, rules } = view
  const sections = [
    asking(expr, atMs),
    ...(found === undefined ? [ruleList(rules)] : [result(found)]),
    ...explained.map(
      (text) => html`<section aria-label="Why">
        <pre>${text}</pre>
      </section>`,
    ),
  ]
  return pageOf({
    title: expr === '' ? 'Rules' : expr,
    styles: styles + ownStyles,
    body: html`<main>${sections}</main>`,
  })
}

const ownStyles = `
textarea { width: 100%; font: .9em/1.5 ui-monospace, monospace; color: inherit;
  background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: .5rem }
button { font: inherit; padding: .35rem .75rem; border-radius: 6px; color: inherit;
  border: 1px solid var(--unknown); background: var(--page); cursor: pointer }
pre { margin: 0; overflow-x: auto; font: .85em/1.5 ui-monospace, monospace }
`

const asking = (expr: string, atMs: number) => html`<header>
  <h1>${expr === '' ? 'Rules' : 'Expression'}</h1>
  <nav aria-label="Elsewhere">
    <a href="graph">Rules</a> <a href="api/v1/rules">Rules (JSON)</a>
    <a href="api/v1/alerts">Alerts (JSON)</a> <a href="api/v1/targets">Targets (JSON)</a>
  </nav>
  <form action="graph">
    <p><label for="expr">Expression</label>, as of ${timeText(atMs)}</p>
    <textarea id="expr" name="g0.expr" rows="${Math.min(20, expr.split('\n').length + 1)}">
${expr}</textarea
    >
    <p><button>Evaluate now</button></p>
  </form>
</header>`

function result(found: readonly Element[] | { readonly reason: string }): Html {
  if ('reason' in found) return html`<section><p class="critical">${found.reason}</p></section>`
  if (found.length === 0) return html`<section><p>It gives nothing.</p></section>`
  const rows = found.slice(0, elementsMax).map(
    ({ labels: { __name__: name = '', ...labels }, value }) =>
      html`<tr>
        <td><code>${name + formatLabels(labels)}</code></td>
        <td>${formatShortest(value)}</td>
      </tr>`,
  )
  const left = found.length - rows.length
  return html`<section aria-label="Result">
    ${table(['Labels', 'Value'], rows)}
    ${left > 0 ? html`<p>… and ${left} more</p>` : html``}
  </section>`
}

const ruleList = (rules: readonly RuleLink[]) => html`<section aria-label="Rules">
  ${table(
    ['Rule', 'State'],
    rules.map(
      ({ id, expr, state }) => html`<tr>
        <th scope="row"><a href="graph?g0.expr=${encodeURIComponent(expr)}">${id}</a></th>
        <td>${state}</td>
      </tr>`,
    ),
  )}
</section>`

const table = (heads: readonly string[], rows: readonly Html[]) =>
  html`<div class="scroll">${tableHtml(heads, rows)}</div>`
