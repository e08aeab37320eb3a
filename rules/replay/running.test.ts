import { expect, test } from '@jest/globals'
import { groupKey } from '../rule.ts'
import { shiftOf } from '../schedule.ts'
import { readAlertmanagers, readRunning, readServer } from './running.ts'
import type { Ask } from './world.ts'

const answering =
  (answers: Readonly<Record<string, unknown>>): Ask =>
  async (path) => {
    const data = answers[path.replace('/api/v1/', '')]
    return data === undefined ? { kind: 'invalid', reason: '404' } : { kind: 'data', data }
  }

const told = {
  groups: [
    {
      ...{ name: 'disks', file: '/etc/disks.yml', interval: 15, limit: 5 },
      lastEvaluation: '2026-01-01T00:00:07.250123456Z',
      rules: [
        {
          ...{ type: 'alerting', name: 'Hot', query: 'temp > 60', duration: 90, keepFiringFor: 30 },
          ...{ labels: { severity: 'page' }, annotations: { summary: '{{ $value }} "°C"' } },
        },
        { type: 'recording', name: 'temp:max', query: 'max(temp)' },
      ],
    },
  ],
}

test('running rules are those that the server says, at the times that it evaluates them', async () => {
  const ask = answering({ rules: told })
  const [disks] = await readRunning(ask, { source: 'it', isZstone: false })
  expect(disks).toMatchObject({ intervalMs: 15_000, phaseMs: 7250 })
  expect(disks?.group).toMatchObject({
    ...{ name: 'disks', file: '/etc/disks.yml', limit: 5 },
    rules: [
      {
        ...{ kind: 'alert', id: 'disks/Hot', expr: 'temp > 60', forMs: 90_000 },
        ...{ keepFiringForMs: 30_000, labels: { severity: { source: 'page' } } },
        annotations: { summary: { source: '{{ $value }} "°C"' } },
      },
      { kind: 'record', name: 'temp:max', expr: 'max(temp)', labels: {} },
    ],
  })
})

test('zstone shifts a group by its name', async () => {
  const [disks] = await readRunning(answering({ rules: told }), { source: 'it', isZstone: true })
  const key = groupKey({ file: '/etc/disks.yml', name: 'disks' })
  expect(disks?.phaseMs).toBe(shiftOf(key, 15_000))
})

test('a server that has no rules to tell is asked for with --rules', async () => {
  const running = readRunning(answering({}), { source: 'it', isZstone: false })
  await expect(running).rejects.toThrow('name their files with --rules')
})

test('what a server adds to its alerts, and how far it looks back', async () => {
  const yaml = `
global:
  evaluation_interval: 1m30s
  external_labels: { site: berlin }
alerting:
  alert_relabel_configs: [{ action: labeldrop, regex: x }]
`
  const flags = { 'query.lookback-delta': '2m', 'web.external-url': 'http://it' }
  const about = { 'status/config': { yaml }, 'status/flags': flags }
  const version = { 'status/buildinfo': { version: '2.42.0' } }
  expect(await readServer(answering({ ...about, ...version }))).toEqual({
    ...{ isZstone: false, version: '2.42.0', intervalMs: 90_000, lookbackMs: 120_000 },
    ...{ subqueryStepMs: 90_000, externalUrl: 'http://it', relabels: true },
    externalLabels: { site: 'berlin' },
  })
  const nothing = await readServer(answering({}))
  expect(nothing).toMatchObject({ lookbackMs: 300_000, subqueryStepMs: 60_000, relabels: false })
})

test('alertmanagers are named by where they are told', async () => {
  const activeAlertmanagers = [{ url: 'http://am:9093/prefix/api/v2/alerts' }]
  const ask = answering({ alertmanagers: { activeAlertmanagers } })
  expect(await readAlertmanagers(ask)).toEqual(['http://am:9093/prefix'])
})
