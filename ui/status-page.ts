/** The status page: one document, rendered from a report, renewed by a few lines of script. */
import type {
  AlertStatus,
  DeviceStatus,
  JobStatus,
  NodeStatus,
  PoolStatus,
  StatusReport,
} from '#api/status'
import { type Html, html } from './html.ts'
import { styles } from './styles.ts'
import { ageText, bytesText, percentText } from './words.ts'

export function statusPage(report: StatusReport): string {
  const title = `${report.cluster}: ${report.health}`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${html.trusted(styles)}
        </style>
      </head>
      <body>
        <main id="status">
          ${[header(report), alerts(report), nodes(report), pools(report), jobs(report)]}
        </main>
        <script type="module">
          ${html.trusted(renewal)}
        </script>
      </body>
    </html>`.text
}

/** Fetches the page again and swaps what it shows; while that fails, the page says how old it is. */
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

function header({ cluster, health, reasons, atMs, links }: StatusReport): Html {
  return html`<header>
    <h1>${cluster} <span class="badge ${health}">${health}</span></h1>
    <p id="age">
      Shown as of <time datetime="${new Date(atMs).toISOString()}">${utc(atMs)}</time>
    </p>
    <ul class="reasons">
      ${reasons.map((reason) => html`<li>${reason}</li>`)}
    </ul>
    <nav>${links.map(({ text, url }) => html`<a href="${url}">${text}</a> `)}</nav>
  </header>`
}

function alerts({ alerts: list, atMs }: StatusReport): Html {
  const row = (alert: AlertStatus) => html`<tr>
    <td><span class="badge ${levelOf(alert.severity)}">${alert.severity}</span></td>
    <td>${alert.runbookUrl ? html`<a href="${alert.runbookUrl}">${alert.name}</a>` : alert.name}</td>
    <td>${alert.summary}${alert.isSuppressed ? html` <em>(suppressed)</em>` : ''}</td>
    <td>${ageText(atMs - alert.sinceMs)}</td>
    <td><code>${alert.traceId ?? ''}</code></td>
  </tr>`
  return section('Firing alerts', ['Severity', 'Alert', 'What', 'For', 'Trace'], list.map(row), {
    empty: 'Nothing fires.',
  })
}

function nodes({ nodes: list, atMs }: StatusReport): Html {
  const row = (node: NodeStatus) => html`<tr class="${node.isStale ? 'stale' : ''}">
    <td>${node.rack}</td>
    <td>${node.name}</td>
    <td>${node.devices.map(device)}</td>
    <td>
      ${node.lastPushMs === undefined ? 'never' : `${ageText(atMs - node.lastPushMs)} ago`}
      ${node.isStale ? html`<span class="badge unknown">stale</span>` : ''}
    </td>
  </tr>`
  return section('Nodes', ['Rack', 'Node', 'Data disks', 'Last push'], list.map(row), {
    empty: 'No node is known yet.',
  })
}

function device({ name, state, isUp, usedBytes, sizeBytes }: DeviceStatus): Html {
  const level =
    state === 'in' ? (isUp ? 'ok' : 'critical') : state === 'out' ? 'unknown' : 'warning'
  const word = isUp || state === 'out' ? state : 'down'
  return html`<span class="device">
    <span class="badge ${level}">${name}: ${word}</span>
    ${bytesText(usedBytes)} of ${bytesText(sizeBytes)} (${percentText(usedBytes, sizeBytes)})
  </span>`
}

function pools({ pools: list }: StatusReport): Html {
  const row = (pool: PoolStatus) => html`<tr>
    <td>${pool.name}</td>
    <td>${pool.copies} copies, one a ${pool.faultDomain}</td>
    <td>${pool.objects}</td>
    <td class="${pool.degraded > 0 ? 'warning' : ''}">${pool.degraded}</td>
    <td class="${pool.unavailable > 0 ? 'critical' : ''}">${pool.unavailable}</td>
  </tr>`
  const columns = ['Pool', 'Rule', 'Objects', 'With too few copies', 'Unavailable']
  return section('Pools', columns, list.map(row), { empty: 'No pool yet.' })
}

function jobs({ jobs: list, atMs }: StatusReport): Html {
  const row = (job: JobStatus) => html`<tr>
    <td>${job.workflow}</td>
    <td><span class="badge ${levelOfJob(job.state)}">${job.state}</span></td>
    <td>${job.error ?? [job.step, job.progress].filter((text) => text !== '').join(': ')}</td>
    <td>${ageText(atMs - job.startedMs)} ago</td>
    <td><code>${job.traceId ?? job.id}</code></td>
  </tr>`
  return section('Jobs', ['Workflow', 'State', 'Step', 'Started', 'Trace'], list.map(row), {
    empty: 'No job has run yet.',
  })
}

function section(
  title: string,
  columns: readonly string[],
  rows: readonly Html[],
  { empty }: { empty: string },
): Html {
  const table = html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
  return html`<section>
    <h2>${title}</h2>
    ${rows.length === 0 ? html`<p>${empty}</p>` : html`<div class="scroll">${table}</div>`}
  </section>`
}

function levelOf(severity: string): string {
  return ['critical', 'warning'].includes(severity) ? severity : 'info'
}

function levelOfJob(state: string): string {
  if (state === 'succeeded') return 'ok'
  return ['failed', 'stuck'].includes(state) ? 'critical' : 'info'
}

const utc = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, ' UTC')
