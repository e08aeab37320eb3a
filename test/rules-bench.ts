/** For tests: rules in a world that they control. A restart is a new bench on the same store. */
import type { PostableAlert } from '#api/alert'
import { createManualClock, type ManualClock } from '#lib/clock'
import { labelsKey } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { createTracer, type SpanOptions, type Tracer } from '#lib/trace'
import {
  type Alertmanager,
  type AlertRule,
  type AlertStore,
  createRules,
  type Element,
  type RuleGroup,
  type RuleSamples,
  type StoredAlert,
  type Watch,
} from '#rules'

export const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

export function alertRule(given: Partial<AlertRule> = {}): AlertRule {
  const name = given.name ?? 'DiskFailing'
  return {
    kind: 'alert',
    id: `disks/${name}`,
    name,
    expr: 'bad == 1',
    forMs: 0,
    keepFiringForMs: 0,
    labels: { severity: { source: 'critical', render: () => 'critical' } },
    annotations: {
      summary: {
        source: '{{ $labels.device }} is {{ $value }}',
        render: ({ labels, value }) => `${labels.device} is ${value}`,
      },
    },
    ...given,
  }
}

export const groupOf = (...rules: RuleGroup['rules']): RuleGroup => ({
  name: 'disks',
  file: 'disks.rules.yml',
  limit: 0,
  rules,
})

export interface FakeStore extends AlertStore {
  readonly rows: Map<string, StoredAlert>
  writings: number
  save: AlertStore['save']
}

export function fakeStore(): FakeStore {
  const rows = new Map<string, StoredAlert>()
  const store: FakeStore = {
    rows,
    writings: 0,
    load: async () => [...rows.values()],
    async save(changed) {
      store.writings++
      for (const one of changed) {
        const key = `${one.ruleId} ${labelsKey(one.labels)}`
        if (one.alert === undefined) rows.delete(key)
        else rows.set(key, one)
      }
    },
  }
  return store
}

export interface MadeSpan extends SpanOptions {
  readonly name: string
  readonly traceparent: string
}

export interface BenchOptions {
  readonly groups?: readonly RuleGroup[]
  readonly store?: AlertStore
  readonly clock?: ManualClock
  readonly send?: Alertmanager['send']
  readonly others?: readonly Alertmanager[]
}

export function createBench(options: BenchOptions = {}) {
  const clock = options.clock ?? createManualClock()
  const metrics = createMetrics()
  const sent: PostableAlert[][] = []
  const appended: RuleSamples[] = []
  const spans: MadeSpan[] = []
  const bench = {
    clock,
    sent,
    appended,
    spans,
    /** What every expression evaluates to; an error fails the evaluation. */
    found: [] as readonly Element[] | Error,
    /** What an evaluation shows of its way. */
    show: (_watch: Watch) => {},
    evaluatedAtMs: [] as number[],
    metric: async (name: string) =>
      (await metrics.registry.getSingleMetric(name)?.get())?.values[0]?.value,
  }
  const send = async (batch: readonly PostableAlert[]) => {
    await options.send?.(batch)
    sent.push([...batch])
  }
  const rules = createRules({
    groups: options.groups ?? [groupOf(alertRule())],
    async evaluate(_, atMs, watch) {
      bench.evaluatedAtMs.push(atMs)
      if (watch !== undefined) bench.show(watch)
      if (bench.found instanceof Error) throw bench.found
      return bench.found
    },
    append: (made) => {
      appended.push(made)
    },
    alertmanagers: [{ name: 'own', send }, ...(options.others ?? [])],
    store: options.store ?? fakeStore(),
    ...{ clock, metrics, log: silentLog, random: seededRandom(1), tracer: recording(spans) },
    externalLabels: { cluster: 'c1' },
    settings: {
      intervalMs: 15_000,
      resendDelayMs: 60_000,
      restoreGraceMs: 30_000,
      queueCapacity: 100,
      externalUrl: 'http://z:9090',
    },
  })
  return Object.assign(bench, { rules })
}

function recording(spans: MadeSpan[]): Tracer {
  const tracer = createTracer('test')
  return {
    ...tracer,
    span: (name, options, run) =>
      tracer.span(name, options, (span) => {
        spans.push({ name, ...options, traceparent: span.traceparent })
        return run(span)
      }),
  }
}
