/** Asks before something is deleted: names it, and says how much goes with it. */
import { bytesText, countText } from '#lib/figures'
import { type Html, html } from '#lib/html'
import { groupLink, writeLabels } from './group-address.ts'
import type { Totals } from './group-list.ts'
import type { GroupRow } from './group-row.ts'
import { lastPush } from './list-page.ts'
import { shownLabels } from './shown.ts'

export function confirmDeletion(row: GroupRow, nowMs: number): readonly Html[] {
  return [
    html`<section>
      <h2>Delete this group?</h2>
      <dl>
        <dt>Group</dt><dd><code>${shownLabels(row.labels)}</code></dd>
        <dt>Series</dt><dd>${countText(row.seriesCount)} (${bytesText(row.sizeBytes)})</dd>
        <dt>Last push</dt><dd>${lastPush(row, nowMs)}</dd>
      </dl>
      <p>Its series end with the next scrape. The next push creates the group again.</p>
      <form class="below" method="post" action="delete">
        <input type="hidden" name="labels" value="${writeLabels(row.labels)}" />
        <button class="critical">Delete group with ${countText(row.seriesCount)} series</button>
        <a href="${groupLink('group', row.labels)}">Keep it</a>
      </form>
    </section>`,
  ]
}

export function confirmWipe(total: Totals): readonly Html[] {
  const groups = countText(total.groupCount)
  return [
    html`<section>
      <h2>Delete all groups?</h2>
      <p>All ${groups} groups with their ${countText(total.seriesCount)} series are deleted.</p>
      <form class="below" method="post" action="wipe">
        <button class="critical">Delete all ${groups} groups</button>
        <a href="./">Keep them</a>
      </form>
    </section>`,
  ]
}
