/** The rules that watch the devices, and what is asked of them besides. */
import { metrics } from './workload.ts'

const names = metrics.map(([name]) => name)
const counters = names.filter((name) => name.endsWith('_total'))
const gauges = names.filter((name) => !name.endsWith('_total'))

/** Expressions as rules for storage use them, in the proportions that were counted of real ones. */
function expressionAt(i: number): string {
  const counter = counters[i % counters.length] ?? ''
  const gauge = gauges[i % gauges.length] ?? ''
  const kinds = [
    `${gauge} > 9e15`,
    `rate(${counter}[5m]) > 1e12`,
    `${gauge} == -1`,
    `sum by (instance) (rate(${counter}[5m])) > 1e12`,
    `${gauge}{device=~"sd1.*",rack!="rack-3"} < -1`,
    `increase(${counter}[10m]) > 1e15`,
    `disk_used_bytes / disk_size_bytes > 0.9`,
    `max_over_time(${gauge}[10m]) > 9e15`,
    `count by (rack) (${gauge} > 9e15) > 3`,
    `${gauge} > on (instance) group_left () (avg by (instance) (${gauge}) + 9e15)`,
  ]
  if (i % 20 === 19) return 'predict_linear(disk_used_bytes[30m], 86400) > 8e13'
  return kinds[i % kinds.length] ?? ''
}

/** Ten to a group, one of ten of them recording. */
export function rulesText(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => (i % 10 === 9 ? record(i) : alert(i)))
  const groups = Array.from({ length: Math.ceil(count / 10) }, (_, g) => {
    const own = rules.slice(10 * g, 10 * g + 10).join('\n')
    return `- name: group${g}\n  interval: 15s\n  rules:\n${own}`
  })
  return `groups:\n${groups.join('\n')}\n`
}

/** What a rule or a panel asks, one of each kind that rules use most. */
export const queries = [
  'disk_temperature_celsius > 59',
  'sum by (instance) (rate(disk_reads_total[5m]))',
  'rate(disk_errors_total[5m]) > 0.01',
  'disk_used_bytes / disk_size_bytes > 0.9',
  'predict_linear(disk_used_bytes[30m], 86400) > 8e13',
  'disk_latency_seconds{instance=~"node-1.*",rack!="rack-3"} > 0.0109',
  'topk(5, max_over_time(disk_temperature_celsius[10m]))',
  'count by (rack) (disk_healthy == 0)',
] as const

function record(i: number): string {
  const name = counters[Math.floor(i / 10) % counters.length]
  const expression = `sum by (instance) (rate(${name}[5m]))`
  return `  - record: instance:recorded_${i}:rate5m\n    expr: '${expression}'`
}

const alert = (i: number) => `  - alert: Alert${i}
    for: 1m
    expr: '${expressionAt(i)}'
    labels: { severity: warning }
    annotations: { summary: '{{ $labels.instance }} is {{ $value }}' }`
