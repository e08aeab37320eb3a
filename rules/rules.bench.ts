/**
 * What all shipped rules cost at 100,000 series of nodes, data disks and a Ceph cluster, for two
 * hours: `npm run bench rules`, shorter with `npm run bench -- rules --quick`.
 */
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import type { Labels } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { createPromql, promqlSettings } from '#promql'
import { createInventedNode } from '#test/dashboards/invented-node'
import { loadRules } from './load.ts'
import type { Rule } from './rule.ts'

const isQuick = process.argv.includes('--quick')
const seriesWanted = isQuick ? 20_000 : 100_000
const steps = isQuick ? 40 : 480
const stepMs = 15_000
const startMs = 1_790_000_000_000
const endMs = startMs + (steps - 1) * stepMs

interface Growing {
  readonly name: string
  readonly labels: Labels
  value: number
  readonly growth: number
}

const { values } = readConfig(promqlSettings, { args: [], env: {} })
const promql = createPromql({
  ...{ clock: systemClock, log: silentLog, metrics: createMetrics() },
  settings: { ...values, retentionMs: 1e12, seriesMax: 2 * seriesWanted },
})
await fill()
console.log(`${promql.samples.seriesCount} series, ${steps} samples each`)

const groups = await loadRules(['rules/*.rules.yml'], () => undefined)
const rules = groups.flatMap((group) => group.rules)
const costs = rules
  .map((rule) => ({ rule, ms: medianMs(rule) }))
  .sort((one, other) => other.ms - one.ms)
for (const { rule, ms } of costs.slice(0, 20))
  console.log(`${ms.toFixed(1).padStart(8)} ms  ${rule.name}`)
const totalMs = costs.reduce((sum, { ms }) => sum + ms, 0)
console.log(`${totalMs.toFixed(0).padStart(8)} ms  all ${rules.length} rules, of ${stepMs} ms`)

async function fill(): Promise<void> {
  const node = await createInventedNode('node-0', startMs)
  const families = await node.collectAt(startMs + 60_000)
  await node.close()
  const one = families.flatMap(({ samples }) => samples)
  const ceph = cephOf(500)
  const nodes = Math.ceil((seriesWanted - ceph.length) / (one.length + dataDisksOf('').length))
  const targets = [
    { name: 'ceph', samples: ceph },
    ...Array.from({ length: nodes }, (_, i) => {
      const instance = `node-${i}`
      const own = one.map(({ name, labels, value }) =>
        growing(name, { ...labels, instance }, value),
      )
      return { name: instance, samples: [...own, ...dataDisksOf(instance)] }
    }),
  ]
  for (let step = 0; step < steps; step++)
    for (const { name, samples } of targets) {
      for (const sample of samples) sample.value += sample.growth
      promql.samples.append({ name, honorLabels: true }, samples, startMs + step * stepMs)
    }
}

function growing(name: string, labels: Labels, value: number): Growing {
  return { name, labels, value, growth: name.endsWith('_total') ? 1 + (value % 7) : 0 }
}

function dataDisksOf(node: string): Growing[] {
  return Array.from({ length: 24 }, (_, i) => i).flatMap((i) => {
    const labels = { data_disk: `${node}-${i}`, node, rack: 'r1', device: `sd${i}`, instance: node }
    return [
      growing('zstone_engine_data_disk_up', labels, 1),
      growing('zstone_engine_data_disk_size_bytes', labels, 8e12),
      growing('zstone_engine_data_disk_used_bytes', labels, 5e12 + i * 1e10),
      ...['in', 'draining', 'out', 'failed'].map((state) =>
        growing('zstone_engine_data_disk_state', { ...labels, state }, state === 'in' ? 1 : 0),
      ),
    ]
  })
}

function cephOf(osdCount: number): Growing[] {
  const place = { cluster: 'c1', instance: 'm1:9283', job: 'ceph' }
  const osds = Array.from({ length: osdCount }, (_, i) => {
    const labels = { ...place, ceph_daemon: `osd.${i}` }
    const more = { ...labels, hostname: `h${i % 40}`, device_class: 'hdd' }
    return [
      ...['ceph_osd_up', 'ceph_osd_in'].map((name) => growing(name, labels, 1)),
      growing('ceph_osd_metadata', more, 1),
      growing('ceph_osd_numpg', labels, 90 + (i % 20)),
      growing('ceph_osd_stat_bytes', labels, 8e12),
    ]
  })
  const pools = Array.from({ length: 50 }, (_, i) => {
    const labels = { ...place, pool_id: String(i) }
    return [
      growing('ceph_pool_metadata', { ...labels, name: `pool${i}` }, 1),
      growing('ceph_pool_percent_used', labels, 0.6),
      ...['total', 'active', 'clean'].map((state) => growing(`ceph_pg_${state}`, labels, 64)),
    ]
  })
  return [growing('ceph_health_status', place, 0), ...osds.flat(), ...pools.flat()]
}

function medianMs({ expr }: Rule): number {
  const times = Array.from({ length: 5 }, () => {
    const startedMs = systemClock.monotonicMs()
    promql.evaluate(expr, endMs)
    return systemClock.monotonicMs() - startedMs
  })
  return times.sort((a, b) => a - b)[2] ?? 0
}
