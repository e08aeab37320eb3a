/** One group: when it was pushed, and a bounded part of its lines. */
import { bytesText, countText, timeText } from '#lib/figures'
import { type Html, html } from '#lib/html'
import { groupLink } from './group-address.ts'
import type { FamilyLines, LineSlice } from './group-lines.ts'
import type { GroupRow } from './group-row.ts'
import { lastPush } from './list-page.ts'
import { shown, shownLabels } from './shown.ts'

export interface GroupPage {
  readonly row: GroupRow
  readonly slice: LineSlice
  readonly nowMs: number
}

const lineLengthMax = 2000
const helpLengthMax = 1000

export function groupPage({ row, slice, nowMs }: GroupPage): readonly Html[] {
  const time = (atMs: number) => (atMs === 0 ? 'never' : timeText(atMs))
  const about = html`<section>
    <h2><code>${shownLabels(row.labels)}</code></h2>
    <dl>
      <dt>Last push</dt><dd>${lastPush(row, nowMs)} (${time(row.pushedAtMs)})</dd>
      <dt>Last refused push</dt><dd>${time(row.failedAtMs)}</dd>
      <dt>Series</dt><dd>${countText(row.seriesCount)}</dd>
      <dt>Size</dt><dd>${bytesText(row.sizeBytes)}</dd>
    </dl>
    <p><a class="critical" href="${groupLink('delete', row.labels)}">Delete this group…</a></p>
  </section>`
  if (slice.lineCount === 0)
    return [about, html`<section><p>The group holds no series.</p></section>`]
  const paging = slice.pageCount > 1 ? pages(row, slice) : ''
  return [about, html`${paging}`, ...slice.families.map(family), html`${paging}`]
}

function family({ name, type, help, lineCount, from, lines }: FamilyLines): Html {
  const isWhole = lines.length === lineCount
  const part = isWhole
    ? `${countText(lineCount)} ${lineCount === 1 ? 'line' : 'lines'}`
    : `lines ${countText(from + 1)} to ${countText(from + lines.length)} of ${countText(lineCount)}`
  const about = help === undefined ? '' : html`<p>${shown(help, helpLengthMax)}</p>`
  const text = lines.map((line) => shown(line, lineLengthMax)).join('\n')
  return html`<section>
    <h2><code>${shown(name)}</code> <span class="badge info">${type}</span>
      <small class="quiet">${part}</small></h2>
    ${about}<pre tabindex="0" role="region" aria-label="Lines of ${shown(name)}">${text}</pre>
  </section>`
}

function pages(row: GroupRow, { page, pageCount, lineCount, start, end }: LineSlice): Html {
  const link = (to: number, name: string) =>
    to < 1 || to > pageCount
      ? html`<span class="quiet">${name}</span>`
      : html`<a href="${groupLink('group', row.labels, `&page=${to}`)}">${name}</a>`
  return html`<section><nav class="pages" aria-label="Pages of lines">
    ${link(page - 1, 'Previous')}
    <span>Lines ${countText(start + 1)} to ${countText(end)} of ${countText(lineCount)}</span>
    ${link(page + 1, 'Next')}
  </nav></section>`
}
