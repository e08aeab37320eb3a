/** Wires the rules: groups on their schedules, state from and to the store, alerts to queues. */
import type { PostableAlert } from '#api/alert'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import { retry } from '#lib/retry'
import type { Alert } from './alert-state.ts'
import { createExplainHandler } from './explain/serve.ts'
import { createGraphHandler } from './graph/graph.ts'
import { createGroupRun, type GroupRun } from './group-run.ts'
import { annotationsOf } from './postable.ts'
import { createHandler, type RulesHandler } from './rest.ts'
import { groupKey, type RuleGroup } from './rule.ts'
import { createRuleMetrics } from './rule-metrics.ts'
import { createSchedule } from './schedule.ts'
import { createSendQueue } from './send-queue.ts'
import { createStateSaver } from './state-saver.ts'
import type { AlertStore, StoredAlert } from './store/alert-store.ts'
import type { RulesWorld } from './world.ts'

export interface Rules {
  /** Brings back the stored state, then evaluates every group on its schedule. */
  start(): Promise<void>
  /** For tests and replays: every group, in order, at this very time. */
  evaluateOnce(atMs: number): Promise<void>
  readonly handle: RulesHandler
  /** Pending, firing and lately resolved. */
  alerts(): readonly RuleAlert[]
  /** Waits for the evaluations under way; the state stays stored. */
  close(): Promise<void>
}

export interface RuleAlert {
  readonly name: string
  readonly state: Alert['state']
  readonly labels: Labels
  readonly annotations: Labels
  readonly value: number
  readonly activeAtMs: number
}

export interface RulesOptions extends RulesWorld {
  readonly groups: readonly RuleGroup[]
}

export function createRules({ groups, ...world }: RulesOptions): Rules {
  const { clock, settings } = world
  const ruleMetrics = createRuleMetrics(world.metrics)
  const saver = createStateSaver({ ...world, metrics: ruleMetrics })
  // A queue each: one that hangs holds up no other.
  const queues = world.alertmanagers.map((to) =>
    createSendQueue({ ...world, to, metrics: ruleMetrics, capacity: settings.queueCapacity }),
  )
  const tell = (alerts: readonly PostableAlert[]) => {
    for (const queue of queues) queue.add(alerts)
  }
  const runs = groups.map((group) => createGroupRun(group, { ...world, ruleMetrics, saver, tell }))
  const schedules = runs.map(({ group, intervalMs, evaluate }) =>
    createSchedule({ name: groupKey(group), intervalMs, evaluate }, clock),
  )
  const handlers = [
    createHandler(runs),
    createExplainHandler(runs, world),
    createGraphHandler(runs, world),
  ]
  const stop = new AbortController()
  let restored: Promise<void> | undefined
  const restoreOnce = () => {
    restored ??= restore(runs, { ...world, stop: stop.signal }).then((strays) => saver.save(strays))
    return restored
  }
  return {
    async start() {
      await restoreOnce()
      if (!stop.signal.aborted) for (const schedule of schedules) schedule.start()
    },
    async evaluateOnce(atMs) {
      await restoreOnce()
      for (const run of runs) await run.evaluate(atMs)
    },
    handle: (...call) => handlers.some((handle) => handle(...call)),
    alerts: () => runs.flatMap(alertsOf),
    async close() {
      stop.abort()
      await Promise.all(schedules.map((schedule) => schedule.close()))
      await saver.save([])
      await Promise.all(queues.map((queue) => queue.close()))
    },
  }
}

/** Hands stored alerts to their rules; gives back what no rule owns any more, as gone. */
async function restore(
  runs: readonly GroupRun[],
  world: RulesWorld & { readonly stop: AbortSignal },
): Promise<readonly StoredAlert[]> {
  const owners = new Map(
    runs.flatMap(({ rules, intervalMs }) =>
      rules.map(({ rule, alerts }) => [rule.id, { alerts, intervalMs }] as const),
    ),
  )
  const strays: StoredAlert[] = []
  for (const stored of await load(world.store, world)) {
    const owner = owners.get(stored.ruleId)
    if (owner?.alerts === undefined) {
      strays.push({ ruleId: stored.ruleId, labels: stored.labels })
      continue
    }
    const graceMs = 2 * owner.intervalMs + world.settings.restoreGraceMs
    owner.alerts.restore(stored, world.clock.nowMs() + graceMs)
  }
  return strays
}

/** Alerting without its memory is better than no alerting: pending alerts then begin anew. */
async function load(
  store: AlertStore,
  { clock, random, log, stop }: RulesWorld & { readonly stop: AbortSignal },
): Promise<readonly StoredAlert[]> {
  const policy = { attempts: 5, firstDelayMs: 500, delayMsMax: 4000 }
  try {
    return await retry(policy, { clock, random, signal: stop }, () => store.load())
  } catch (error) {
    log.error({ error: messageOf(error) }, 'Stored alert state cannot be read; starting without')
    return []
  }
}

const alertsOf = ({ rules }: GroupRun): readonly RuleAlert[] =>
  rules.flatMap(({ rule, alerts }) =>
    (alerts?.alerts() ?? []).map((alert) => ({
      name: rule.name,
      state: alert.state,
      labels: alert.labels,
      annotations: annotationsOf(alert),
      value: alert.value,
      activeAtMs: alert.activeAtMs,
    })),
  )
