/** Random series under random rules: promtool confirms each alert that we find, and no other. */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from '@jest/globals'
import { stringify } from 'yaml'
import { type Random, seededRandom } from '#lib/random'
import { hasPrometheus } from '#test/prometheus'
import { promtool } from '#test/promtool'
import { runPromtoolFile } from '#test/promtool-file'

const verdict = hasPrometheus() ? describe : describe.skip
const stepCount = 40

/** The forms of `for` and `keep_firing_for`, of texts, and of label sets that come and go. */
const rules = {
  groups: [
    {
      name: 'random',
      rules: [
        ...[0, 15, 40, 60].flatMap((forSeconds) =>
          [0, 15, 70].map((keepSeconds) => ({
            alert: `For${forSeconds}Keep${keepSeconds}`,
            expr: 'x > 0',
            for: `${forSeconds}s`,
            ...(keepSeconds === 0 ? {} : { keep_firing_for: `${keepSeconds}s` }),
            labels: { size: '{{ $labels.a | toUpper }}' },
            annotations: { value: '{{ $value }}' },
          })),
        ),
        {
          alert: 'Texts',
          expr: 'y',
          annotations: {
            plain: '{{ $value }}',
            fixed:
              '{{ printf "%.0f %.1f %.2f %8.3f %-9.1f| %+f" $value $value $value $value $value $value }}',
            general: '{{ printf "%g %.3g %e %.2e %v" $value $value $value $value $value }}',
            human:
              '{{ humanize $value }} {{ humanize1024 $value }} {{ $value | humanizePercentage }}',
            time: '{{ $value | humanizeDuration }}',
            wrong: '{{ printf "%d %s %q" $value $value $value }}',
          },
        },
        { record: 'recorded', expr: 'x * 2', labels: { by: 'rule' } },
        { alert: 'OnRecorded', expr: 'recorded > 1', labels: { severity: 'info' } },
        {
          alert: 'OnAlerts',
          expr: 'count by (alertname) (ALERTS{alertname="For40Keep0", alertstate="pending"})',
        },
      ],
    },
  ],
}

verdict('random series', () => {
  test.each([1, 2, 3])('give the alerts that Prometheus gives (seed %i)', async (seed) => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-rules-'))
    const file = path.join(folder, 'random.test.yml')
    const tests = await describeTests(seededRandom(seed))
    const written = (alerts: typeof tests.alert_rule_test) =>
      fs.writeFile(
        file,
        stringify({
          rule_files: ['random.rules.yml'],
          evaluation_interval: '15s',
          tests: [{ ...tests, alert_rule_test: alerts }],
        }),
      )
    await fs.writeFile(path.join(folder, 'random.rules.yml'), stringify(rules))
    await written(tests.alert_rule_test)
    const verdicts = await runPromtoolFile(file)
    await written(
      verdicts.map(({ at, alertname, found }) => ({
        eval_time: at,
        alertname,
        exp_alerts: found.map(({ labels: { alertname: _, ...labels }, annotations }) => ({
          exp_labels: labels,
          exp_annotations: annotations,
        })),
      })),
    )
    await promtool('test', 'rules', file)
    await fs.rm(folder, { recursive: true })
  })
})

interface AskedAlerts {
  eval_time: string
  alertname: string
  exp_alerts: { exp_labels: object; exp_annotations: object }[]
}

async function describeTests(random: Random) {
  const steps = Array.from({ length: stepCount }, (_, i) => i)
  const onOff = () => steps.map(() => pick(random, ['0', '1', '1', '1', '_', 'stale'])).join(' ')
  const sizes = () => steps.map(() => sizeOf(random)).join(' ')
  const alertnames = rules.groups.flatMap((group) =>
    group.rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : [])),
  )
  const alert_rule_test: AskedAlerts[] = steps.flatMap((i) =>
    alertnames.map((alertname) => ({ eval_time: `${i * 15}s`, alertname, exp_alerts: [] })),
  )
  return {
    interval: '15s',
    input_series: [
      { series: 'x{a="one"}', values: onOff() },
      { series: 'x{a="two"}', values: onOff() },
      ...['a', 'b', 'c'].map((a) => ({ series: `y{a="${a}"}`, values: sizes() })),
    ],
    alert_rule_test,
  }
}

const pick = (random: Random, of: readonly string[]) =>
  of[Math.floor(random.fraction() * of.length)]!

/** Sizes of every order, with the halves that rounding is about. */
function sizeOf(random: Random): string {
  const sign = random.fraction() < 0.2 ? '-' : ''
  const order = 10 ** Math.floor(random.fraction() * 24 - 8)
  const digits = Math.round(random.fraction() * 4000) / 8
  const value = digits * (random.fraction() < 0.5 ? 1 : order)
  return sign + pick(random, [`${value}`, `${value}`, `${value}`, '0', 'NaN', 'Inf'])
}
