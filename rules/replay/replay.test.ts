import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  createLab,
  type Lab,
  type LabSample,
  labRules,
  labStartMs,
  labStepMs,
  labTimes,
} from '#test/replay-lab'
import type { RuleGroup } from '../rule.ts'
import type { ReplayOptions } from './options.ts'
import { exitCodeOf, type Replay, replay } from './replay.ts'
import type { TimedGroup } from './running.ts'
import { rulesOf, sidesOf } from './sides.ts'
import type { Rehearse, ToldAlert } from './told.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-replay-'))
})
afterAll(() => rm(folder, { recursive: true }))

const steps = 120

/** Of two devices: the first is hot for a while twice, the second once. */
function temperatures(index: number): readonly LabSample[] {
  const isHot = (index >= 30 && index < 50) || (index >= 70 && index < 76)
  return [
    { name: 'temp', labels: { device: 'sda' }, value: isHot ? 70 : 40 },
    { name: 'temp', labels: { device: 'sdb' }, value: index >= 40 && index < 60 ? 65 : 41 },
  ]
}

const hot = { alert: 'DiskHot', expr: 'temp > 60', for: '1m', labels: { severity: 'warning' } }
const group = (rules: readonly object[], name = 'disks') => ({ name, interval: '15s', rules })

async function lived(groups: readonly RuleGroup[]): Promise<Lab> {
  const lab = createLab(groups)
  for (let i = 0; i < steps; i++) await lab.step(i, temperatures(i))
  return lab
}

interface Given {
  readonly running: readonly object[]
  readonly changed?: readonly object[]
  readonly options?: Partial<ReplayOptions>
}

async function replayed({ running, changed, options = {} }: Given): Promise<Replay> {
  const groups = await labRules(folder, running)
  const lab = await lived(groups)
  const timed = lab.timed(groups)
  const others = changed === undefined ? groups : await labRules(folder, changed)
  const sides = sidesOf({ running: timed, changed: others, server: {}, isWhole: false })
  const compares = changed === undefined ? 'record' : 'rules'
  return replay({ ...optionsFor(lab, timed), sides, compares, ...options })
}

const optionsFor = (lab: Lab, timed: readonly TimedGroup[]) => ({
  ...{ running: rulesOf(timed), history: lab.history, evaluator: lab.evaluator },
  ...{ compares: 'record' as const, isFromOptional: false },
  window: { fromMs: labStartMs, toMs: labStartMs + (steps - 1) * labStepMs },
  ...{ externalLabels: {}, externalUrl: '', requestsAtOnce: 1, ...labTimes },
})

const step = (ms: number | undefined) => (ms === undefined ? '-' : (ms - labStartMs) / labStepMs)

const shown = ({ differences }: Replay) =>
  differences.map(({ kind, labels, before, after }) => {
    const times = (all: typeof before) =>
      all.map((life) => `${step(life.firedMs)}..${step(life.endedMs)}`).join(' ')
    return `${labels['device']} ${kind}: ${times(before)} → ${times(after)}`
  })

test('what the running rules recorded comes out anew', async () => {
  const { differences, totals, unjudged, notes } = await replayed({ running: [group([hot])] })
  expect({ differences, unjudged, notes }).toEqual({ differences: [], unjudged: [], notes: [] })
  const total = { fired: 3, firedAgain: 1, firingMs: (16 + 2 + 16) * labStepMs }
  expect(totals).toEqual([{ name: 'DiskHot', before: total, after: total }])
})

test('a lower threshold, a longer wait: each alert that is otherwise is told', async () => {
  const found = await replayed({
    running: [group([hot])],
    changed: [group([{ ...hot, expr: 'temp > 66', for: '2m' }])],
  })
  expect(shown(found)).toEqual([
    'sda moved: 34..50 → 38..50',
    'sdb gone: 44..60 → ',
    'sda gone: 74..76 → -..76',
  ])
  expect(found.changes).toEqual([
    {
      rule: 'disks/DiskHot',
      name: 'DiskHot',
      kind: 'changed',
      fields: [
        { field: 'expr', before: 'temp > 60', after: 'temp > 66' },
        { field: 'for', before: '1m', after: '2m' },
      ],
    },
  ])
})

test('the same rules, otherwise written and in another file, give no difference', async () => {
  const found = await replayed({
    running: [group([hot])],
    changed: [group([{ ...hot, expr: '(temp) > 60 # degrees' }])],
  })
  expect(found.differences).toEqual([])
  expect(exitCodeOf(found)).toBe(0)
})

test('of rules that are the same in another order the record is taken', async () => {
  const labels = { a: '1', b: '2' }
  const swapped = { b: '2', a: '1' }
  const found = await replayed({
    running: [group([{ ...hot, labels }])],
    changed: [group([{ ...hot, labels: swapped }])],
  })
  expect(found.evaluated).toEqual({ before: 0, after: 0 })
  expect(found.totals[0]?.after.fired).toBe(3)
})

test('an alert that is kept for longer fires once instead of twice', async () => {
  const found = await replayed({
    running: [group([hot])],
    changed: [group([{ ...hot, keep_firing_for: '10m' }])],
  })
  expect(shown(found)).toContain('sda split: 34..50 74..76 → 34..116')
  expect(exitCodeOf(found)).toBe(1)
})

describe('what a changed rule records is read by', () => {
  const record = { record: 'temp:max', expr: 'max(temp)' }
  const alert = { alert: 'AnyHot', expr: 'temp:max > 60' }

  test('alerts that are not changed themselves', async () => {
    const running = [group([record]), group([alert], 'alerts')]
    const found = await replayed({
      running,
      changed: [group([{ ...record, expr: 'max(temp{device="sdb"})' }]), running[1] ?? {}],
    })
    expect(shown(found)).toEqual(['undefined moved: 30..60 → 40..60', 'undefined gone: 70..76 → '])
    expect(found.changes.map(({ rule }) => rule)).toEqual(['disks/temp:max'])
    expect(found.evaluated).toEqual({ before: 1, after: 1 })
  })

  test('rules that read ALERTS, with those of rules that are not changed', async () => {
    const cool = { alert: 'Cool', expr: 'temp < 41' }
    const many = { alert: 'Many', expr: 'sum(ALERTS{alertstate="firing",alertname!="Many"}) > 1' }
    const found = await replayed({
      running: [group([hot, cool, many])],
      changed: [group([{ ...hot, for: '0s' }, cool, many])],
    })
    expect(shown(found).filter((line) => line.startsWith('undefined'))).toEqual([
      'undefined moved: 44..60 → 40..60',
    ])
  })

  test('rules that read what is removed: then nothing is there', async () => {
    const running = [group([record]), group([alert], 'alerts')]
    const found = await replayed({ running, changed: [group([]), running[1] ?? {}] })
    expect(shown(found)).toEqual(['undefined gone: 30..60 → ', 'undefined gone: 70..76 → '])
    expect(found.unjudged).toMatchObject([
      { rule: 'alerts/AnyHot', side: 'after', lacks: [{ selectors: ['temp:max'] }] },
    ])
    const any = { alert: 'Any', expr: 'count(ALERTS{alertname="DiskHot"}) > 0' }
    const removed = await replayed({
      running: [group([hot, any])],
      changed: [group([{ ...hot, alert: 'DiskWarm' }, any])],
    })
    expect(shown(removed).filter((line) => line.startsWith('undefined'))).toEqual([
      'undefined gone: 30..60 → ',
      'undefined gone: 70..76 → ',
    ])
  })

  test('expressions beside what only the history has', async () => {
    const warm = { alert: 'Warm', expr: 'temp > on () group_left temp:max - 5 and temp > 50' }
    const found = await replayed({
      running: [group([record, warm])],
      changed: [group([{ ...record, expr: 'max(temp) + 100' }, warm])],
    })
    expect(shown(found)).toEqual([
      'sda gone: 30..50 → ',
      'sdb gone: 50..60 → ',
      'sda gone: 70..76 → ',
    ])
  })
})

test('other labels for the same element are told as such', async () => {
  const found = await replayed({
    running: [group([hot])],
    changed: [group([{ ...hot, labels: { severity: 'critical' } }])],
  })
  expect(found.differences.map(({ kind }) => kind)).toEqual(Array(3).fill('relabelled'))
  expect(found.differences[0]?.labelsBefore).toMatchObject({ severity: 'warning' })
  expect(found.differences[0]?.labels).toMatchObject({ severity: 'critical' })
})

test('other texts are shown as they would have been', async () => {
  const summary = (text: string) => ({ annotations: { summary: text } })
  const found = await replayed({
    running: [group([{ ...hot, ...summary('hot') }])],
    changed: [group([{ ...hot, ...summary('{{ $labels.device }}: {{ $value }}') }])],
  })
  expect(found.differences.map(({ kind, after }) => [kind, after[0]?.annotations])).toEqual([
    ['reworded', { summary: 'sda: 70' }],
    ['reworded', { summary: 'sdb: 65' }],
    ['reworded', { summary: 'sda: 70' }],
  ])
})

describe('no alert is never said for want of data', () => {
  test('a rule whose metric is not there could not be judged', async () => {
    const found = await replayed({
      running: [group([hot])],
      changed: [group([hot, { alert: 'New', expr: 'pressure > 1' }])],
    })
    expect(found.differences).toEqual([])
    expect(found.unjudged).toMatchObject([
      { rule: 'disks/New', side: 'after', isChanged: true, lacks: [{ selectors: ['pressure'] }] },
    ])
    expect(exitCodeOf(found)).toBe(3)
  })

  test('where the history begins later, the time before is a gap', async () => {
    const fromMs = labStartMs - 3_600_000
    const toMs = labStartMs + 100 * labStepMs
    const running = [group([hot])]
    const given = { running, changed: running, options: { window: { fromMs, toMs } } }
    const found = await replayed(given)
    expect(found.gaps).toMatchObject([{ fromMs }])
    expect(Math.abs((found.gaps[0]?.toMs ?? 0) - labStartMs)).toBeLessThanOrEqual(labStepMs)
    expect(exitCodeOf(found)).toBe(3)
    const optional = { window: { fromMs, toMs }, isFromOptional: true }
    const shorter = await replayed({ ...given, options: optional })
    expect(shorter.gaps).toEqual([])
    expect(exitCodeOf(shorter)).toBe(0)
  })

  test('where the history has a gap, alerts stay as they were', async () => {
    const isDown = (index: number) => index > 45 && index < 100
    const groups = await labRules(folder, [group([hot])])
    const lab = createLab(groups)
    for (let i = 0; i < steps; i++)
      if (!isDown(i)) await lab.step(i, i < 110 ? [{ ...sda, value: 70 }] : [{ ...sda, value: 1 }])
    const timed = lab.timed(groups)
    const found = await replay({
      ...optionsFor(lab, timed),
      sides: { before: timed, after: timed, placements: [] },
    })
    expect(found.gaps).toHaveLength(1)
    expect(found.differences).toEqual([])
    expect(found.totals[0]?.after.fired).toBe(1)
  })

  const sda = { name: 'temp', labels: { device: 'sda' } }
})

test('receivers are told what fires, with the labels of the server', async () => {
  const asked: ToldAlert[][] = []
  const rehearse: Rehearse = async (alerts) => {
    asked.push([...alerts])
    return alerts.map(({ labels, startsAtMs: atMs }) => ({
      ...{ atMs, receiver: 'ops', integration: 'email[0]', groupKey: '{}', groupLabels: {} },
      ...{ reason: 'first', firing: [labels], resolved: [] },
    }))
  }
  const found = await replayed({
    running: [group([hot])],
    changed: [group([{ ...hot, expr: 'temp > 66' }])],
    options: { rehearse, externalLabels: { site: 'berlin', severity: 'none' } },
  })
  expect(asked[0]?.[0]?.labels).toMatchObject({ site: 'berlin', severity: 'warning' })
  expect(found.notifications?.receivers).toEqual([
    {
      ...{ receiver: 'ops', integration: 'email[0]' },
      ...{ before: { notifications: 3, firing: 3 }, after: { notifications: 2, firing: 2 } },
    },
  ])
  expect(found.notifications?.onlyBefore).toHaveLength(1)
  expect(found.notifications?.onlyAfter).toEqual([])
})
