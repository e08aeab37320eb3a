/** Which rules a server runs, and what it adds to its alerts, as its HTTP API says. */
import { parse as parseYaml } from 'yaml'
import { fault } from '#api/errors'
import { formatDuration, parseDurationMs } from '#lib/duration'
import type { Labels } from '#lib/labels'
import { withIds } from '../load.ts'
import { groupKey, type RuleGroup } from '../rule.ts'
import { readRuleFile } from '../rule-file.ts'
import { shiftOf } from '../schedule.ts'
import type { Answer, Ask } from './world.ts'

export interface TimedGroup {
  readonly group: RuleGroup
  readonly intervalMs: number
  /** Its times lie so much behind the multiples of its interval. */
  readonly phaseMs: number
}

export interface Server {
  readonly isZstone: boolean
  /** Empty: it does not say. */
  readonly version: string
  /** For groups that name none; absent: it does not say. */
  readonly intervalMs?: number
  /** How old the newest sample of a series may be to count. */
  readonly lookbackMs: number
  /** Of subqueries that name none. */
  readonly subqueryStepMs: number
  readonly externalLabels: Labels
  readonly externalUrl: string
  /** Alerts are changed on their way to the alertmanager, in ways that are not replayed. */
  readonly relabels: boolean
}

export async function readServer(ask: Ask): Promise<Server> {
  const nothing = new URLSearchParams()
  const about = async (what: string) => {
    const answer = await ask(`/api/v1/status/${what}`, nothing)
    // Each is an object of texts; not every server has all.
    return (answer.kind === 'data' ? answer.data : {}) as Readonly<Record<string, string>>
  }
  const { version = '', branch } = await about('buildinfo')
  const { yaml = '' } = await about('config')
  const flags = await about('flags')
  const { global = {}, alerting = {} } = (parseYaml(yaml) ?? {}) as ServerConfig // As documented.
  const intervalMs = parseDurationMs(global.evaluation_interval ?? '')
  return {
    isZstone: branch === 'zstone',
    version,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    lookbackMs: parseDurationMs(flags['query.lookback-delta'] ?? '') ?? 300_000,
    subqueryStepMs: parseDurationMs(flags['query.subquery-step'] ?? '') ?? intervalMs ?? 60_000,
    externalLabels: global.external_labels ?? {},
    externalUrl: flags['web.external-url'] ?? '',
    relabels: (alerting.alert_relabel_configs ?? []).length > 0,
  }
}

interface ServerConfig {
  readonly global?: {
    readonly evaluation_interval?: string
    readonly external_labels?: Labels
  }
  readonly alerting?: { readonly alert_relabel_configs?: readonly unknown[] }
}

/** The addresses of the alertmanagers that the server tells, as far as it says. */
export async function readAlertmanagers(ask: Ask): Promise<readonly string[]> {
  const answer = await ask('/api/v1/alertmanagers', new URLSearchParams())
  if (answer.kind !== 'data') return []
  const { activeAlertmanagers = [] } = answer.data as {
    readonly activeAlertmanagers?: readonly { readonly url: string }[] // As documented.
  }
  return activeAlertmanagers.map(({ url }) => url.replace(/\/api\/v\d\/alerts$/, ''))
}

export async function readRunning(
  ask: Ask,
  { source, isZstone }: { readonly source: string; readonly isZstone: boolean },
): Promise<readonly TimedGroup[]> {
  const answer = await ask('/api/v1/rules', new URLSearchParams())
  if (answer.kind !== 'data') throw fault('REPLAY_RULES_UNKNOWN', { source, reason: answer.reason })
  const told = toldGroups(answer)
  const read = [...Map.groupBy(told, ({ file }) => file)].flatMap(([file, groups]) =>
    // What the server runs it can evaluate; whether it is our PromQL shows where it matters.
    readRuleFile(file, JSON.stringify({ groups: groups.map(writtenGroup) }), () => undefined),
  )
  const byKey = new Map(told.map((group) => [groupKey(group), group]))
  return withIds(read).map((group) => {
    const intervalMs = group.intervalMs ?? 60_000 // The API names it for each group.
    const { lastEvaluation = '' } = byKey.get(groupKey(group)) ?? {}
    const phaseMs = isZstone
      ? shiftOf(groupKey(group), intervalMs)
      : phaseOf(Date.parse(lastEvaluation), intervalMs)
    return { group, intervalMs, phaseMs }
  })
}

/** Prometheus names the moment at which an evaluation began: a moment after its time. */
const phaseOf = (atMs: number, intervalMs: number) => (atMs > 0 ? atMs % intervalMs : 0)

/** As `/api/v1/rules` documents it. */
interface ToldGroup {
  readonly name: string
  readonly file: string
  readonly interval: number
  readonly limit?: number
  readonly lastEvaluation?: string
  readonly rules: readonly ToldRule[]
}

interface ToldRule {
  readonly type: 'alerting' | 'recording'
  readonly name: string
  readonly query: string
  readonly duration?: number
  readonly keepFiringFor?: number
  readonly labels?: Labels
  readonly annotations?: Labels
}

const toldGroups = ({ data }: Extract<Answer, { kind: 'data' }>) =>
  (data as { readonly groups: readonly ToldGroup[] }).groups

const writtenGroup = ({ name, interval, limit = 0, rules }: ToldGroup) => ({
  name,
  interval: formatDuration(interval * 1000),
  limit,
  rules: rules.map(writtenRule),
})

function writtenRule(rule: ToldRule): object {
  const { name, query: expr, labels = {}, annotations = {} } = rule
  if (rule.type === 'recording') return { record: name, expr, labels }
  const { duration = 0, keepFiringFor = 0 } = rule
  return {
    ...{ alert: name, expr, labels, annotations },
    for: formatDuration(duration * 1000),
    keep_firing_for: formatDuration(keepFiringFor * 1000),
  }
}
