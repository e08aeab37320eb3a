/**
 * What happens every day is no alert, and ends none: a scrape that fails, a process that begins to
 * count anew, a second cluster with the same names. Every case of every rule's tests is run again
 * under each of these.
 */
import { globSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseDurationMs } from '#lib/duration'
import { labelsKey } from '#lib/labels'
import { runPromtoolFile, type ShownAlert, type TestGroup } from '#test/promtool-file'
import { type NotedSeries, parseSeries } from '#test/promtool-series'

/** Not those of service levels: what is averaged over hours does not notice, and takes hours. */
const files = globSync('rules/*.rules.test.yml', { exclude: ['rules/slo.*'] }).sort()
const everyMs = 15_000

type Value = NotedSeries['values'][number]
type Asked = NonNullable<TestGroup['alert_rule_test']>[number]
type Disturb = (values: readonly Value[], series: string) => readonly Value[]

describe.each(files)('%s', (file) => {
  test('what was quiet stays quiet while a scrape fails, or all do for minutes', async () => {
    for (const length of [1, 12]) {
      const verdicts = await runPromtoolFile(file, (group) => {
        const quiet = quietOf(group)
        const misses = quiet.map(stepOf)
        return disturbed(group, quiet, (values) =>
          misses.reduce<readonly Value[]>((left, at) => without(left, at, length), values),
        )
      })
      expect(verdicts.filter(({ found }) => found.length > 0)).toEqual([])
    }
  })

  test('what was quiet stays quiet when every process counts anew', async () => {
    const verdicts = await runPromtoolFile(file, (group) => {
      const quiet = quietOf(group)
      const restarts = quiet.map((one) => Math.floor(stepOf(one) / 2))
      return disturbed(group, quiet, (values, series) =>
        restarts.reduce<readonly Value[]>((all, at) => restarted(all, at, series), values),
      )
    })
    expect(verdicts.filter(({ found }) => found.length > 0)).toEqual([])
  })

  test('what fires goes on firing while a scrape fails', async () => {
    for (let i = 0; ; i++) {
      const run = (disturbAt: (step: number) => Disturb) =>
        runPromtoolFile(file, (group) => {
          const asked = aMomentLater(group).slice(i, i + 1)
          return disturbed(group, asked, disturbAt(Math.max(0, ...asked.map(stepOf))))
        })
      const calm = await run(() => (values) => values)
      const missed = await run((step) => (values) => without(values, step, 1))
      if (calm.length === 0) break
      for (const [n, { at, expected, found }] of calm.entries()) {
        const [before, still] = [expected.map(keyOf), missed[n]!.found.map(keyOf)]
        const lasting = found.map(keyOf).filter((key) => before.includes(key))
        const fallen = lasting.filter((key) => !still.includes(key))
        expect({ at, fallen }).toEqual({ at, fallen: [] })
      }
    }
  })

  test('two clusters with the same names have their alerts apart', async () => {
    const sides = ['east', 'west']
    const verdicts = await runPromtoolFile(file, (group) => ({
      ...group,
      input_series: sides.flatMap((side) =>
        group.input_series.map((one) => ({ ...one, series: placedIn(side, one.series) })),
      ),
    }))
    for (const { at, alertname, expected, found } of verdicts) {
      if (alertname === 'DeadMansSwitch') continue // One switch for all that is watched.
      const wanted = expected.flatMap(({ labels }) =>
        sides.map((side) => labelsKey({ ...labels, cluster: placed(side, labels.cluster) })),
      )
      expect({ at, alertname, alerts: found.map(keyOf).sort() }).toEqual({
        at,
        alertname,
        alerts: wanted.sort(),
      })
    }
  })
})

const keyOf = ({ labels }: ShownAlert) => labelsKey(labels)
const msOf = (text: string) => parseDurationMs(text)!
const askedOf = ({ alert_rule_test = [] }: TestGroup) => alert_rule_test
/** What never fired before: the last words of what did may count for longer. */
const quietOf = (group: TestGroup) =>
  askedOf(group).filter(({ alertname }, i, all) =>
    all
      .slice(0, i + 1)
      .every((one) => one.alertname !== alertname || (one.exp_alerts ?? []).length === 0),
  )
const stepOf = ({ eval_time }: Asked) => Math.floor(msOf(eval_time) / everyMs)

/** What fires, asked one evaluation on. */
const aMomentLater = (group: TestGroup) =>
  askedOf(group)
    .filter(({ exp_alerts = [] }) => exp_alerts.length > 0)
    .map((one) => ({ ...one, eval_time: `${(msOf(one.eval_time) + everyMs) / 1000}s` }))

/** The same group with a sample, or none, each 15 seconds. */
function disturbed(group: TestGroup, asked: readonly Asked[], disturb: Disturb): TestGroup {
  const stretch = Math.max(1, Math.round(msOf(group.interval) / everyMs))
  const longest = Math.max(0, ...asked.map(stepOf)) + 2
  const input_series = group.input_series.map(({ series, values }) => {
    const fine = parseSeries(series, values).values.flatMap((value) => [
      value,
      ...Array<Value>(stretch - 1).fill(undefined),
    ])
    const text = disturb(fine.slice(0, longest), series).map((value) => String(value ?? '_'))
    return { series, values: text.join(' ') || '_' }
  })
  const only = asked.map(({ alertname }) => alertname)
  return { ...group, interval: '15s', input_series, alert_rule_test: asked, only }
}

/** A scrape that fails ends what its target had shown; the next good one brings all of it back. */
function without(values: readonly Value[], at: number, length: number): readonly Value[] {
  const before = values.slice(0, at).findLast((value) => value !== undefined)
  if (typeof before !== 'number') return values
  const missing = values.slice(at, at + length).findLast((value) => value !== undefined)
  const back = values[at + length] ?? missing ?? before
  const gap: Value[] = ['stale', ...Array<Value>(length - 1).fill(undefined)]
  return [...values.slice(0, at), ...gap, back, ...values.slice(at + length + 1)]
}

/** What a process counts begins at 0 again; what it measures does not. */
function restarted(values: readonly Value[], at: number, series: string): readonly Value[] {
  if (!/^\w+_(total|count|sum|bucket)\b/.test(series)) return values
  const start = values.slice(0, at).findLast((value) => typeof value === 'number') ?? 0
  return values.map((value, i) =>
    i < at || typeof value !== 'number' ? value : Math.max(0, value - Number(start)),
  )
}

const placed = (side: string, cluster = '') => `${side}${cluster}`

function placedIn(side: string, series: string): string {
  if (series.includes('cluster="'))
    return series.replace(/cluster="([^"]*)"/, (_, cluster) => `cluster="${placed(side, cluster)}"`)
  const label = `cluster="${placed(side)}"`
  return series.includes('{') ? series.replace('{', `{${label},`) : `${series}{${label}}`
}
