/** The status page: one document, rendered from a report, renewed by a few lines of script. */
import type {
  StatusAge,
  StatusAlert,
  StatusDevice,
  StatusJob,
  StatusNode,
  StatusPool,
  StatusPushGroup,
  StatusReport,
} from '#api/status'
import { ageText, bytesText, percentText, timeText } from '#lib/figures'
import { type Html, html } from '#lib/html'
import { pageOf, tableHtml } from '#lib/page'
import { styles } from '#lib/styles'

export function statusPage(cluster: string, report: StatusReport): string {
  const body = html`<main id="status">
      ${[header(cluster, report), alerts(report), nodes(report), pushGroups(report)]}
      ${[pools(report), jobs(report)]}
    </main>
    <script type="module">
      ${html.trusted(renewal)}
    </script>`
  return pageOf({ title: `${cluster}: ${report.health}`, styles, body })
}

/**
 * Fetches the page again and swaps what it shows; while that fails, the page says how old it is.
 */
const renewal = `
const everyMs = 5000
let shownMs = Date.now()
setInterval(async () => {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(everyMs) })
    if (!answer.ok) throw new Error(answer.status)
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    document.title = fresh.title
    document.getElementById('status').replaceWith(fresh.getElementById('status'))
    shownMs = Date.now()
  } catch {
    const age = document.getElementById('age')
    age.textContent = 'STALE: no answer for ' + Math.round((Date.now() - shownMs) / 1000) + ' s'
    age.className = 'critical'
  }
}, everyMs)`

function header(cluster: string, report: StatusReport): Html {
  const { health, reasons, atMs, ages, links } = report
  return html`<header>
    <h1>${cluster} <span class="badge ${health}">${health}</span></h1>
    <p id="age">
      Shown as of <time datetime="${new Date(atMs).toISOString()}">${timeText(atMs)}</time>.
      Age of the data: ${ages.map(ageOf)}
    </p>
    <ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
    <nav>${links.map(({ title, href }) => html`<a href="${href}">${title}</a> `)}</nav>
  </header>`
}

function ageOf({ source, ageMs, stale }: StatusAge): Html {
  const word = stale ? 'stale' : ageText(ageMs ?? 0)
  return html`<span class="age ${stale ? 'critical' : ''}">${source} ${word}</span> `
}

function alerts({ alerts: list, atMs }: StatusReport): Html {
  const row = (alert: StatusAlert) => html`<tr>
    <td>${badge(alert.labels['severity'] ?? 'none')}</td>
    <td>${linked(alert.name, alert.runbookUrl)}</td>
    <td>${subjectOf(alert.labels)}</td>
    <td>
      ${alert.summary}${alert.state === 'suppressed' ? html` <em>(suppressed)</em>` : ''}
      ${alert.ruleUrl === undefined ? '' : linked('why', alert.ruleUrl)}
    </td>
    <td>${ageText(atMs - alert.sinceMs)}</td>
    <td><code>${alert.traceId ?? ''}</code></td>
  </tr>`
  const columns = ['Severity', 'Alert', 'On', 'What', 'For', 'Trace']
  return section('Firing alerts', columns, list.map(row), { empty: 'Nothing fires.' })
}

const linked = (text: string, url: string | undefined): Html =>
  url === undefined ? html`${text}` : html`<a href="${url}">${text}</a>`

/** Where to look, from the largest thing to the smallest. */
function subjectOf({ instance, node, pool, device }: StatusAlert['labels']): string {
  return [node ?? instance, pool, device].filter((name) => name !== undefined).join(' ')
}

function nodes({ nodes: list }: StatusReport): Html {
  const row = ({ name, rack, devices, ageMs, stale }: StatusNode) => html`<tr>
    <td>${rack}</td>
    <td>${name}</td>
    <td>${devices.length === 0 ? 'none' : devices.map(device)}</td>
    <td>
      ${ageMs === undefined ? 'never' : `${ageText(ageMs)} ago`}
      ${stale ? html`<span class="badge unknown">stale</span>` : ''}
    </td>
  </tr>`
  return section('Nodes', ['Rack', 'Node', 'Data disks', 'Last push'], list.map(row), {
    empty: 'No node is known yet.',
  })
}

function pushGroups({ pushGroups: list, pushGroupCount }: StatusReport): Html {
  const row = ({ labels, ageMs, stale, failed, series }: StatusPushGroup) => html`<tr>
    <td>${Object.entries(labels).map(label)}</td>
    <td>
      ${ageMs === undefined ? 'never' : `${ageText(ageMs)} ago`}
      ${stale ? html`<span class="badge unknown">stale</span>` : ''}
      ${failed ? html`<span class="badge warning">last push refused</span>` : ''}
    </td>
    <td>${series}</td>
  </tr>`
  const isPart = pushGroupCount > list.length
  const title = `Push groups: ${pushGroupCount}${isPart ? ', the oldest' : ''}`
  return section(title, ['Group', 'Last push', 'Series'], list.map(row), {
    empty: 'Nothing was pushed yet.',
  })
}

const label = ([name, value]: readonly [string, string]) => html`<code>${name}="${value}"</code> `

function device({ name, state, up, usedBytes, sizeBytes, reason }: StatusDevice): Html {
  const isDown = !up && state !== 'out'
  const word = isDown ? 'down' : state
  const level = isDown ? 'critical' : (levels[state] ?? 'info')
  const room =
    usedBytes === undefined || sizeBytes === undefined
      ? ''
      : `${bytesText(usedBytes)} of ${bytesText(sizeBytes)} (${percentText(usedBytes, sizeBytes)})`
  return html`<span class="device" title="${reason ?? ''}">
    <span class="badge ${level}">${name}: ${word}</span> ${room}
  </span>`
}

function pools({ pools: list }: StatusReport): Html {
  const row = (pool: StatusPool) => html`<tr>
    <td>${pool.name}</td>
    <td>${pool.copies} copies, no two in one ${pool.faultDomain}</td>
    <td>${pool.objects}</td>
    <td class="${pool.degraded > 0 ? 'warning' : ''}">${pool.degraded}</td>
    <td class="${pool.unavailable > 0 ? 'critical' : ''}">${pool.unavailable}</td>
  </tr>`
  const columns = ['Pool', 'Rule', 'Objects', 'With too few copies', 'Unavailable']
  return section('Pools', columns, list.map(row), { empty: 'No pool yet.' })
}

function jobs({ jobs: list, atMs }: StatusReport): Html {
  const row = (job: StatusJob) => html`<tr>
    <td>${job.workflow}</td>
    <td>${job.subject}</td>
    <td>${badge(job.state)}</td>
    <td>${job.error ?? [job.step, job.progress].filter((text) => text).join(': ')}</td>
    <td>${job.startedAtMs === undefined ? 'waits' : `${ageText(atMs - job.startedAtMs)} ago`}</td>
    <td><code>${job.traceId ?? job.id}</code></td>
  </tr>`
  const columns = ['Workflow', 'On', 'State', 'Step', 'Started', 'Trace']
  return section('Jobs', columns, list.map(row), { empty: 'No job has run yet.' })
}

const badge = (word: string) => html`<span class="badge ${levels[word] ?? 'info'}">${word}</span>`

/** How a state or a severity looks; what is not named here is neutral. */
const levels: Readonly<Record<string, string>> = {
  critical: 'critical',
  warning: 'warning',
  in: 'ok',
  draining: 'warning',
  out: 'unknown',
  failed: 'critical',
  succeeded: 'ok',
  stuck: 'critical',
}

function section(
  title: string,
  columns: readonly string[],
  rows: readonly Html[],
  { empty }: { empty: string },
): Html {
  const table = tableHtml(columns, rows)
  return html`<section>
    <h2>${title}</h2>
    ${rows.length === 0 ? html`<p>${empty}</p>` : html`<div class="scroll">${table}</div>`}
  </section>`
}
