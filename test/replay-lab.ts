/** Rules that live over samples of a test's own, and the history that they leave, for replays. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createManualClock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createPromql, type Promql, type PromqlSettings, promqlSettings } from '#promql'
import {
  type Ask,
  createHistory,
  createRules,
  loadRules,
  type ReplayEvaluator,
  type RuleGroup,
  type SampleSource,
  type TimedGroup,
} from '#rules'
import { createEvaluator } from '../bin/compose/replay-evaluator.ts'

export const labStartMs = 1_700_000_000_000 - (1_700_000_000_000 % 15_000)
export const labStepMs = 15_000
const lookbackMs = 300_000

export interface Lab {
  readonly evaluator: ReplayEvaluator
  readonly history: SampleSource
  /** Takes these samples in, and evaluates the rules, at the time of that step. */
  step(index: number, samples: readonly LabSample[]): Promise<void>
  timed(groups: readonly RuleGroup[]): readonly TimedGroup[]
}

export interface LabSample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

export const labTimes = { lookbackMs, subqueryStepMs: 60_000 }

/** `stepsFirst`: how many steps the history is asked for at first. */
export function createLab(groups: readonly RuleGroup[], stepsFirst = 1000): Lab {
  const clock = createManualClock(labStartMs)
  const world = { clock, log: silentLog, metrics: createMetrics(), random: seededRandom(1) }
  const promql = createPromql({ ...world, settings: settingsOf(promqlSettings) })
  const rules = createRules({
    ...world,
    groups,
    tracer: createTracer('lab'),
    evaluate: async (expr, atMs) => {
      const value = promql.evaluate(expr, atMs)
      if (value.type === 'vector') return value.elements
      return value.type === 'scalar' ? [{ labels: {}, value: value.value }] : []
    },
    append: ({ rule, samples, atMs }) => {
      promql.samples.append({ name: `rule ${rule}`, honorLabels: true }, samples, atMs)
    },
    alertmanagers: [],
    store: { load: async () => [], save: async () => {} },
    externalLabels: {},
    settings: {
      ...{ intervalMs: labStepMs, resendDelayMs: 60_000, restoreGraceMs: 0 },
      ...{ queueCapacity: 100, externalUrl: '' },
    },
  })
  return {
    evaluator: createEvaluator({ version: '', ...labTimes }),
    history: createHistory({
      ...{ name: 'the lab', clock, ask: askOf(promql) },
      pace: { stepsFirst, answerMs: 1000, restFactor: 0, refusalsMax: 1000 },
    }),
    async step(index, samples) {
      const atMs = labStartMs + index * labStepMs
      promql.samples.append({ name: 'lab', honorLabels: true }, samples, atMs - 1000)
      promql.samples.append({ name: 'up', honorLabels: true }, [upSample], atMs - 1000)
      await rules.evaluateOnce(atMs)
    },
    timed: (all) =>
      all.map((group) => ({ group, intervalMs: group.intervalMs ?? labStepMs, phaseMs: 0 })),
  }
}

/** As the HTTP API would answer. */
const askOf =
  (promql: Promql): Ask =>
  async (path, parameters) => {
    const query = parameters.get('query') ?? ''
    const ms = (name: string) => Math.round(Number(parameters.get(name)) * 1000)
    try {
      if (path === '/api/v1/query_range') {
        const grid = { startMs: ms('start'), endMs: ms('end'), stepMs: ms('step') }
        const result = promql.evaluateRange(query, grid).map(({ labels, points }) => ({
          metric: labels,
          values: points.map(([atMs, value]) => [atMs / 1000, String(value)]),
        }))
        return { kind: 'data', data: { resultType: 'matrix', result } }
      }
      const value = promql.evaluate(query, ms('time'))
      const elements = value.type === 'vector' ? value.elements : []
      const result = elements.map((one) => ({ metric: one.labels, value: [0, String(one.value)] }))
      return { kind: 'data', data: { resultType: 'vector', result } }
    } catch (error) {
      return { kind: 'refused', reason: messageOf(error) }
    }
  }

const upSample = { name: 'up', labels: {}, value: 1 }

/** Rule groups as a file has them. */
export async function labRules(folder: string, groups: object): Promise<readonly RuleGroup[]> {
  const file = join(folder, 'lab.rules.yml')
  await writeFile(file, JSON.stringify({ groups })) // JSON is YAML.
  return loadRules([file], () => undefined)
}

function settingsOf(settings: typeof promqlSettings): PromqlSettings {
  const defaults = Object.entries(settings).map(([name, { default: value }]) => [name, value])
  // Each under its name; kept for longer than any test lasts.
  return { ...(Object.fromEntries(defaults) as unknown as PromqlSettings), retentionMs: 1e12 }
}
