/** The groups: found, sorted, a page at a time. */
import { ageText, bytesText, countText } from '#lib/figures'
import { type Html, html } from '#lib/html'
import type { LabelPair } from '../text/family.ts'
import { groupLink } from './group-address.ts'
import type { GroupList } from './group-list.ts'
import { type GroupQuery, limitDefault, listLink, type SortKey } from './group-query.ts'
import { ageMsOf, type GroupRow, hasFailed } from './group-row.ts'
import { shownLabels } from './shown.ts'

export interface ListPage {
  readonly list: GroupList
  readonly query: GroupQuery
  /** How many groups there are, found or not. */
  readonly groupCount: number
  readonly nowMs: number
  /** What has just been deleted, if so. */
  readonly deleted?: readonly LabelPair[] | undefined
  /** Whether everything may be deleted at once. */
  readonly canWipe: boolean
}

export function listPage(given: ListPage): readonly Html[] {
  const { list, query, groupCount, deleted, canWipe, nowMs } = given
  const notice =
    deleted === undefined
      ? ''
      : html`<section role="status">
          <p><span class="badge ok">deleted</span> <code>${shownLabels(deleted)}</code></p>
        </section>`
  const isWipeable = canWipe && groupCount > 0
  return [
    html`${notice}<section aria-label="Search">
      ${searchForm(query)}
      <p class="below">${summary(list, groupCount)}</p>
    </section>
    <section aria-label="Groups">
      ${groupCount === 0 ? html`<p>Nothing has been pushed yet.</p>` : table(list, query, nowMs)}
      ${list.pageCount > 1 ? pages(list, query) : ''}
    </section>
    ${isWipeable ? html`<p><a class="critical" href="wipe">Delete all groups…</a></p>` : ''}`,
  ]
}

function searchForm({ search, sort, descending, limit }: GroupQuery): Html {
  const order = `${descending ? '-' : ''}${sort}`
  const kept = [
    ['sort', order, 'name'],
    ['limit', String(limit), String(limitDefault)],
  ]
    .filter(([, value, usual]) => value !== usual)
    .map(
      ([name, value]) => html`<input type="hidden" name="${name ?? ''}" value="${value ?? ''}" />`,
    )
  return html`<form action="./" role="search">
    <label for="search">Find groups</label>
    <input id="search" type="search" name="search" value="${search}" maxlength="500"
      placeholder='words, or labels: job="backup" instance=~"node.*"' spellcheck="false"
      autocapitalize="off" autocomplete="off" />
    ${kept}<button>Find</button>
    ${search === '' ? '' : html`<a href="./">Show all</a>`}
  </form>`
}

function summary({ total }: GroupList, groupCount: number): Html {
  const isPart = total.groupCount !== groupCount
  const groups = isPart
    ? `${countText(total.groupCount)} of ${countText(groupCount)} groups`
    : `${countText(groupCount)} ${groupCount === 1 ? 'group' : 'groups'}`
  return html`${groups} · ${countText(total.seriesCount)} series · ${bytesText(total.sizeBytes)}`
}

interface Column {
  readonly key: SortKey
  readonly title: string
  /** Which order is asked for first: of figures, the one that begins with the largest. */
  readonly descendingFirst: boolean
}

const columns: readonly Column[] = [
  { key: 'name', title: 'Group', descendingFirst: false },
  { key: 'age', title: 'Last push', descendingFirst: true },
  { key: 'series', title: 'Series', descendingFirst: true },
  { key: 'size', title: 'Size', descendingFirst: true },
]

function table({ rows }: GroupList, query: GroupQuery, nowMs: number): Html {
  if (rows.length === 0) return html`<p>No group is like that. <a href="./">Show all</a></p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of groups"><table>
    <thead><tr>
      ${columns.map((column) => columnHead(column, query))}
      <th scope="col"><span class="quiet">Action</span></th>
    </tr></thead>
    <tbody>${rows.map((row) => groupRow(row, nowMs))}</tbody>
  </table></div>`
}

function columnHead({ key, title, descendingFirst }: Column, query: GroupQuery): Html {
  const isSorted = query.sort === key
  const descending = isSorted ? !query.descending : descendingFirst
  const href = listLink(query, { sort: key, descending, page: 1 })
  const now = query.descending ? 'descending' : 'ascending'
  const mark = query.descending ? '▼' : '▲'
  return html`<th scope="col" class="${isFigure(key) ? 'number' : ''}"
    aria-sort="${isSorted ? now : 'none'}"><a href="${href}">${title}
    <span aria-hidden="true">${isSorted ? mark : '↕'}</span></a></th>`
}

const isFigure = (key: SortKey) => key === 'series' || key === 'size'

function groupRow(row: GroupRow, nowMs: number): Html {
  const labels = shownLabels(row.labels)
  return html`<tr>
    <td><a href="${groupLink('group', row.labels)}"><code>${labels}</code></a></td>
    <td>${lastPush(row, nowMs)}</td>
    <td class="number">${countText(row.seriesCount)}</td>
    <td class="number">${bytesText(row.sizeBytes)}</td>
    <td><a href="${groupLink('delete', row.labels)}" aria-label="Delete ${labels}">Delete…</a></td>
  </tr>`
}

/** The age, and what is wrong with it, in words. */
export function lastPush(row: GroupRow, nowMs: number): Html {
  const ageMs = ageMsOf(row, nowMs)
  const age = ageMs === undefined ? 'never' : `${ageText(ageMs)} ago`
  const failed = hasFailed(row)
    ? html` <span class="badge critical">refused ${ageText(nowMs - row.failedAtMs)} ago</span>`
    : ''
  return html`${age}${failed}${row.stale ? html` <span class="badge warning">stale</span>` : ''}`
}

function pages({ page, pageCount }: GroupList, query: GroupQuery): Html {
  const link = (to: number, name: string, rel = '') =>
    to < 1 || to > pageCount || to === page
      ? html`<span class="quiet">${name}</span>`
      : html`<a href="${listLink(query, { page: to })}" rel="${rel}">${name}</a>`
  return html`<nav class="pages" aria-label="Pages of groups">
    ${[link(1, 'First'), link(page - 1, 'Previous', 'prev')]}
    <span>Page ${countText(page)} of ${countText(pageCount)}</span>
    ${[link(page + 1, 'Next', 'next'), link(pageCount, 'Last')]}
  </nav>`
}
