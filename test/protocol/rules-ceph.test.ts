/** Invented lives of a Ceph cluster under its rules: promtool confirms each alert, and no other. */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { seededRandom } from '#lib/random'
import { loadRules } from '#rules'
import { cephHistory } from '#test/ceph-history'
import { hasPrometheus } from '#test/prometheus'
import { promtool } from '#test/promtool'
import { runPromtoolFile } from '#test/promtool-file'

const verdict = hasPrometheus() ? describe : describe.skip
const parts = ['ceph', 'ceph-osd', 'ceph-data', 'ceph-hardware', 'ceph-gateways']
const files = parts.map((part) => path.resolve(`rules/${part}.rules.yml`))
const steps = 240
const every = 2

verdict('a Ceph cluster', () => {
  test.each([1, 2, 3])('has the alerts that Prometheus gives it (seed %i)', async (seed) => {
    const { alertnames, checks } = await readRules()
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-ceph-'))
    const file = path.join(folder, 'ceph.test.yml')
    const input_series = cephHistory({ random: seededRandom(seed), steps, checks })
    const times = Array.from({ length: steps / every }, (_, i) => `${i * every * 15}s`)
    const write = (alert_rule_test: readonly object[]) => {
      const one = { interval: '15s', input_series, alert_rule_test }
      const whole = { rule_files: ruleFiles(folder), evaluation_interval: '15s', tests: [one] }
      return fs.writeFile(file, stringify(whole))
    }
    await write(
      times.flatMap((eval_time) => alertnames.map((alertname) => ({ eval_time, alertname }))),
    )
    const verdicts = await runPromtoolFile(file)
    await write(
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
    const fired = verdicts.filter(({ found }) => found.length > 0)
    expect(new Set(fired.map(({ alertname }) => alertname)).size).toBeGreaterThan(15)
    await fs.rm(folder, { recursive: true })
  })
})

/** Their paths as seen from the folder. */
const ruleFiles = (folder: string) => files.map((file) => path.relative(folder, file))

async function readRules() {
  const groups = await loadRules(files, () => undefined)
  const rules = groups.flatMap((group) => group.rules)
  const alertnames = rules.filter(({ kind }) => kind === 'alert').map(({ name }) => name)
  const checks = rules.flatMap(({ expr }) =>
    [...expr.matchAll(/ceph_health_detail\{name="(\w+)"/g)].map(([, check = '']) => check),
  )
  const derived = ['MON_DOWN', 'OSD_DOWN']
  return {
    alertnames: [...new Set(alertnames)],
    checks: [...new Set(checks)].filter((check) => !derived.includes(check)),
  }
}
