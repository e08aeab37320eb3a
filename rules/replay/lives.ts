/**
 * The lives of a rule's alerts over a window, by the state machine that the real rules run on. It
 * is asked only about alerts to which something may happen at a step: they began or ceased to be
 * true, or a time that they wait for has come. In between it would change nothing.
 */
import { fault } from '#api/errors'
import type { Labels } from '#lib/labels'
import { type Alert, type AlertChange, nextAlerts } from '../alert-state.ts'
import type { AlertRule } from '../rule.ts'
import { type FoundPart, foundIn, rendered, type TextScope } from './found.ts'
import { countOf, type Grid, indexAt, timeAt } from './grid.ts'
import type { Part } from './world.ts'

/** From the first time that it was found true to the first that it was not, or was given up. */
export interface Life {
  readonly labels: Labels
  /** Of the element that the expression gave. */
  readonly element: Labels
  readonly beganMs: number
  /** It was there when the replay began to look: since when is not known. */
  readonly isOlder: boolean
  /** Absent: it never fired. */
  readonly firedMs?: number
  /** Absent: it goes on beyond the window. */
  readonly endedMs?: number
  /** As they were when it fired. */
  readonly annotations?: Labels
}

export interface Failure {
  readonly fromMs: number
  readonly toMs: number
  readonly reason: string
}

export interface Lives {
  readonly lives: readonly Life[]
  /** When the rule could not be evaluated, so that its alerts stayed as they were. */
  readonly failures: readonly Failure[]
}

export interface LifeOptions {
  readonly rule: AlertRule
  /** Of the group: more alerts than this fail the evaluation; 0 is no limit. */
  readonly limit: number
  /** False: nothing was there to evaluate, and nothing was evaluated. */
  readonly isCovered: (atMs: number) => boolean
  readonly scope: TextScope
}

export interface LifeKeeper {
  /** Parts in the order of time. */
  take(part: Part): Promise<void>
  end(): Lives
}

/** A replay that has more is not read by anybody. */
const livesMax = 200_000

export function createLives(options: LifeOptions): LifeKeeper {
  const { rule, limit, isCovered, scope } = options
  const alerts = new Map<string, Alert>()
  const open = new Map<string, Growing>()
  const lives: Life[] = []
  const failures: { fromMs: number; toMs: number; reason: string }[] = []
  let waiting = nobody
  let firstMs: number | undefined

  const fail = ({ startMs, endMs, stepMs }: Grid, reason: string) => {
    const last = failures.at(-1)
    const toMs = endMs + stepMs
    if (last?.reason === reason && last.toMs === startMs) last.toMs = toMs
    else failures.push({ fromMs: startMs, toMs, reason })
  }
  const end = (key: string, endedMs?: number) => {
    const life = open.get(key)
    open.delete(key)
    alerts.delete(key)
    if (life === undefined) return
    if (lives.length >= livesMax)
      throw fault('REPLAY_TOO_LARGE', { what: `alerts of ${rule.name}`, limit: livesMax })
    lives.push({ ...life.life, ...(endedMs === undefined ? {} : { endedMs }) })
  }
  const note = async ({ key, kind }: AlertChange, { atMs, index, found }: Step) => {
    if (kind === 'resolved' || kind === 'gone') end(key, atMs)
    const seen = found.byKey.get(key)
    if (kind === 'began' && seen !== undefined) {
      const { labels, element } = seen
      open.set(key, { life: { labels, element, beganMs: atMs, isOlder: atMs === firstMs } })
    }
    const growing = open.get(key)
    if (kind !== 'fired' || seen === undefined || growing === undefined) return
    const sample = { labels: seen.element, value: seen.valueAt(index), atMs }
    const annotations = await rendered(rule.annotations, sample, scope)
    growing.life = { ...growing.life, firedMs: atMs, annotations }
  }
  /** False: the evaluation fails, and its alerts are as they were. */
  const evaluate = async (keys: ReadonlySet<string>, step: Step): Promise<boolean> => {
    const { atMs, index, found, grid } = step
    const only = { ...grid, startMs: atMs, endMs: atMs }
    const isTwice = found.twins.has(index)
    if (isTwice) fail(only, 'two elements have the same labels once the rule has added its own')
    if (isTwice) return false
    const next = nextAlerts(picked(alerts, keys), foundAt(found, keys, index), { ...rule, atMs })
    const began = next.changes.filter(({ kind }) => kind === 'began').length
    const over = next.changes.filter(({ kind }) => kind === 'resolved' || kind === 'gone').length
    const count = alerts.size + began - over
    if (limit > 0 && count > limit) {
      fail(only, `${count} alerts are over the limit of ${limit} of the group`)
      return false
    }
    for (const [key, alert] of next.alerts) alerts.set(key, alert)
    for (const change of next.changes) await note(change, step)
    return true
  }
  const look = async (keys: ReadonlySet<string>, step: Step): Promise<boolean> => {
    if (!isCovered(step.atMs)) return false
    firstMs ??= step.atMs
    return keys.size === 0 || evaluate(keys, step)
  }
  return {
    async take(part) {
      const { grid } = part
      if ('reason' in part) return fail(grid, part.reason)
      const found = await foundIn(part.curves, { rule, grid, scope })
      const agenda = createAgenda(rule, grid, found)
      // What lives, and what waits for an evaluation, may be otherwise after what lies between.
      waiting = waiting.union(new Set(alerts.keys()))
      for (let index = 0; index < countOf(grid); index++) {
        const due = agenda.due(index)
        const keys = waiting.size === 0 ? due : waiting.union(due)
        const isDone = await look(keys, { atMs: timeAt(grid, index), index, found, grid })
        waiting = isDone ? nobody : keys
        if (isDone) agenda.plan(keys, alerts, index)
      }
    },
    end() {
      for (const key of [...open.keys()]) end(key)
      return { lives, failures }
    },
  }
}

interface Growing {
  life: Life
}

interface Step {
  readonly atMs: number
  readonly index: number
  readonly found: FoundPart
  readonly grid: Grid
}

const nobody: ReadonlySet<string> = new Set()

/** Who has to be looked at, by the index of the step. */
function createAgenda(rule: AlertRule, grid: Grid, found: FoundPart) {
  const byIndex = new Map<number, Set<string>>()
  const count = countOf(grid)
  const add = (index: number, key: string) => {
    if (index >= count) return
    const known = byIndex.get(index)
    if (known === undefined) byIndex.set(index, new Set([key]))
    else known.add(key)
  }
  for (const [key, { runs }] of found.byKey) for (const { from } of runs) add(from, key)
  for (const index of found.twins) add(index, twinKey)
  return {
    due: (index: number) => byIndex.get(index) ?? nobody,
    /** After they were looked at: when to look at them next. */
    plan(keys: ReadonlySet<string>, alerts: ReadonlyMap<string, Alert>, index: number) {
      for (const key of keys) {
        const run = found.byKey.get(key)?.runAt(index)
        if (run !== undefined) add(run.to + 1, key)
        const alert = alerts.get(key)
        const dueMs = alert && waitsFor(alert, rule)
        if (dueMs !== undefined) add(Math.max(index + 1, indexAt(grid, dueMs)), key)
      }
    },
  }
}

/** Nobody's: at such a step the evaluation fails, whoever else is looked at. */
const twinKey = ''

function waitsFor(alert: Alert, { forMs, keepFiringForMs }: AlertRule): number | undefined {
  if (alert.state === 'pending') return alert.activeAtMs + forMs
  const { keepFiringSinceMs } = alert
  return keepFiringSinceMs === undefined ? undefined : keepFiringSinceMs + keepFiringForMs
}

function picked(alerts: ReadonlyMap<string, Alert>, keys: ReadonlySet<string>) {
  const some = new Map<string, Alert>()
  for (const key of keys) {
    const alert = alerts.get(key)
    if (alert !== undefined) some.set(key, alert)
  }
  return some
}

function foundAt({ byKey }: FoundPart, keys: ReadonlySet<string>, index: number) {
  const some = new Map<string, { labels: Labels; annotations: Labels; value: number }>()
  for (const key of keys) {
    const seen = byKey.get(key)
    if (seen?.runAt(index) !== undefined)
      some.set(key, { labels: seen.labels, annotations: {}, value: seen.valueAt(index) })
  }
  return some
}
