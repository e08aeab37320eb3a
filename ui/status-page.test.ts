import { expect, test } from '@jest/globals'
import type { StatusReport } from '#api/status'
import { statusPage } from './status-page.ts'

const quiet: StatusReport = {
  atMs: 1_700_000_000_000,
  health: 'ok',
  reasons: [],
  nodes: [],
  pushGroups: [],
  pushGroupCount: 0,
  pools: [],
  alerts: [],
  jobs: [],
  ages: [{ source: 'metrics', ageMs: 3000, stale: false }],
  links: [{ title: 'Mail', href: '/mail' }],
}

const device = { id: 'a', name: 'sda', state: 'in', up: true, usedBytes: 512, sizeBytes: 1024 }
const node = { name: 'n1', rack: 'r1', datacentre: 'd1', devices: [device], stale: false }

test('a quiet cluster says so in words', () => {
  const page = statusPage('test', quiet)
  expect(page).toContain('<span class="badge ok">ok</span>')
  expect(page).toContain('Nothing fires.')
  expect(page).toContain('metrics 3 s')
  expect(page).toContain('<a href="/mail">Mail</a>')
})

test('what comes from outside cannot become markup', () => {
  const evil = '<script>alert(1)</script>"'
  const alert = { name: evil, labels: {}, summary: evil, sinceMs: quiet.atMs, state: 'active' }
  const page = statusPage('test', { ...quiet, reasons: [evil], alerts: [alert] })
  expect(page).not.toContain(evil)
  expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;/g)).toHaveLength(3)
})

test('a node that fell silent is shown as stale with the age of its last word', () => {
  const page = statusPage('test', { ...quiet, nodes: [{ ...node, stale: true, ageMs: 300_000 }] })
  expect(page).toContain('5 min ago')
  expect(page).toContain('>stale</span>')
  expect(statusPage('test', { ...quiet, nodes: [node] })).toContain('never')
})

test('a group that nobody pushes is shown with its age, and with what became of the last push', () => {
  const labels = { job: 'backup', instance: 'db1' }
  const group = { labels, ageMs: 7_200_000, failed: true, series: 12 }
  const page = statusPage('test', { ...quiet, pushGroups: [group], pushGroupCount: 70 })
  expect(page).toContain('Push groups: 70, the oldest')
  expect(page).toContain('<code>job="backup"</code>')
  expect(page).toContain('2 h ago')
  expect(page).toContain('last push refused')
})

test('an alert leads to its runbook and to its rule, an agent that fell silent is stale', () => {
  const alert = { name: 'DiskHot', labels: {}, summary: 's', sinceMs: quiet.atMs, state: 'active' }
  const alerts = [{ ...alert, runbookUrl: '/runbooks/DiskHot', ruleUrl: 'http://r/graph?a=1&b=2' }]
  const group = { labels: { job: 'zstone' }, ageMs: 1e6, stale: true, failed: false, series: 1 }
  const page = statusPage('test', { ...quiet, alerts, pushGroups: [group], pushGroupCount: 1 })
  expect(page).toContain('<a href="/runbooks/DiskHot">DiskHot</a>')
  expect(page).toContain('<a href="http://r/graph?a=1&amp;b=2">why</a>')
  expect(page).toContain('>stale</span>')
})

test('a source that cannot be asked is stale in the header', () => {
  const ages = [{ source: 'alertmanager', stale: true }]
  expect(statusPage('test', { ...quiet, ages })).toContain('alertmanager stale')
})

test('a disk that does not answer is down, in words and in colour', () => {
  const devices = [{ ...device, up: false }]
  const page = statusPage('test', { ...quiet, nodes: [{ ...node, devices }] })
  expect(page).toContain('<span class="badge critical">sda: down</span>')
  expect(page).toContain('512 B of 1.0 KiB (50.0 %)')
})
