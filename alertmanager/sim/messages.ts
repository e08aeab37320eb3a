/** Promises about messages: none is told without a reason, none is untrue, none comes too late. */
import type { Labels } from '#lib/labels'
import type { Breach } from './breach.ts'
import { hooks } from './config.ts'
import type { Facts } from './facts.ts'
import { isSame, type Model, nameOf, type Slot } from './model.ts'
import type { Taken } from './network.ts'
import { covers, meets, not, type Span, type Spans } from './spans.ts'

/** What one integration took about one group, in order. */
export interface Line extends Slot {
  readonly where: string
  readonly taken: readonly Taken[]
}

export function linesOf({ taken }: Facts): readonly Line[] {
  const found = new Map<string, Taken[]>()
  for (const one of taken) {
    const name = `${one.where} ${one.notification.groupKey}`
    found.set(name, [...(found.get(name) ?? []), one])
  }
  return [...found.values()].map((each) => {
    const [first] = each
    const { groupKey = '', receiver = '' } = first?.notification ?? {}
    return { groupKey, receiver, where: first?.where ?? '', taken: each }
  })
}

export interface Judged {
  readonly facts: Facts
  readonly model: Model
  readonly calm: Spans
}

const contentOf = ({ notification }: Taken) =>
  notification.alerts
    .map(({ fingerprint, status }) => `${fingerprint} ${status}`)
    .sort()
    .join()

const keyOf = ({ notification }: Taken) => notification.idempotencyKey

/** The same is not told twice within the repeat interval, unless there is a reason. */
export function repeats(line: Line, judged: Judged): readonly Breach[] {
  return line.taken.flatMap((second, i) => {
    const first = line.taken[i - 1]
    if (first === undefined || !isAgain(first, second)) return []
    const agoMs = second.atMs - first.atMs
    if (agoMs >= shortestRepeatMs(line, first, second, judged)) return []
    if (mayBeUnrecorded(first, judged.facts)) return []
    if (mayHaveChanged(line, first, second, judged)) return []
    const wasReload = judged.facts.configs.some(
      ({ atMs }) => first.atMs < atMs && second.atMs - atMs < 60_000,
    )
    const promise = wasReload ? 'a reload re-sends nothing' : 'nothing is told twice'
    const about = `again after ${agoMs / 1000} s: ${contentOf(second)}`
    return [{ promise, atMs: second.atMs, about, ...bareOf(line) }]
  })
}

/** The same content as another notification, and without a word that it may be a repeat. */
function isAgain(first: Taken, second: Taken): boolean {
  if (contentOf(first) !== contentOf(second) || keyOf(first) === keyOf(second)) return false
  const { possibleRepeat, alerts } = second.notification
  return possibleRepeat !== true && !alerts.every(({ labels }) => isOwn(labels))
}

function shortestRepeatMs(line: Line, first: Taken, second: Taken, { model }: Judged): number {
  const during = { fromMs: first.atMs, toMs: second.atMs + 1 } // A reload looks at once.
  const routes = model.alerts
    .filter((alert) => second.notification.alerts.some(({ labels }) => isSame(labels, alert)))
    .flatMap((alert) => model.routes(alert, line))
    .filter(({ when }) => meets(when, during))
  return Math.min(...routes.map(({ route }) => route.repeatS * 1000))
}

/** The receiver or the machine died before it was known that it was told. */
function mayBeUnrecorded({ answeredMs, machine }: Taken, { down, storeAway }: Facts): boolean {
  if (answeredMs === undefined) return true
  const recording = { fromMs: answeredMs - 1, toMs: answeredMs + 5000 }
  const falls = down.some(
    (one) =>
      one.machine === machine && recording.fromMs <= one.fromMs && one.fromMs < recording.toMs,
  )
  return falls || storeAway.some((away) => meets([away], recording))
}

/** An alert of it ended and came back, unheard or not to be heard. */
function mayHaveChanged(line: Line, first: Taken, second: Taken, { model }: Judged): boolean {
  const between = { fromMs: first.atMs - 600_000, toMs: second.atMs }
  const wantsEnds = hooks[line.receiver]?.[Number(line.where.split('/')[2])] ?? true
  return second.notification.alerts.some(({ labels, status }) => {
    const { surely, maybe } = model.firing(labels)
    if (status === 'resolved') return meets(maybe, between)
    return !wantsEnds && meets(not(surely), { ...between, fromMs: first.atMs })
  })
}

/** Once something newer was told, what is older is not told any more. */
export function disorders({ taken, where, groupKey }: Line): readonly Breach[] {
  const keys = taken.map(keyOf)
  return taken.flatMap((one, i) => {
    const isOld = keys.slice(0, i).includes(keyOf(one)) && keys[i - 1] !== keyOf(one)
    if (!isOld) return []
    const about = `${keyOf(one)} after ${keys[i - 1]}`
    return [
      { promise: 'nothing older is told after newer', atMs: one.atMs, about, where, groupKey },
    ]
  })
}

/** What is told was so, or may have been so when it was last looked at. */
export function untruths(line: Line, { model, calm, facts }: Judged): readonly Breach[] {
  return line.taken.flatMap(({ atMs, notification }) => {
    const window = { fromMs: lastLookMs(atMs, calm, facts), toMs: atMs + 1 }
    return notification.alerts
      .filter(({ labels }) => !isOwn(labels))
      .flatMap(({ labels, status }): readonly Breach[] => {
        const promise = untruthOf(labels, status, { line, model, window, facts })
        return promise === undefined
          ? []
          : [{ promise, atMs, about: nameOf(labels), ...bareOf(line) }]
      })
  })
}

interface Looked {
  readonly line: Line
  readonly model: Model
  /** What is told was so at some time of it. */
  readonly window: Span
  readonly facts: Facts
}

function untruthOf(
  labels: Labels,
  status: 'firing' | 'resolved',
  { line, model, window, facts }: Looked,
): string | undefined {
  if (status === 'resolved' && covers(model.firing(labels).surely, window))
    return 'what fires is not told as over'
  const since = status === 'firing' ? window : { ...window, fromMs: facts.startMs }
  if (meets(model.visible(labels, line).maybe, since)) return undefined
  // As upstream has it: once nothing holds it back, a group's message also lists what is over.
  const isFree = !covers(model.held(labels, line).surely, window)
  return status === 'resolved' && isFree && meets(model.firing(labels).maybe, since)
    ? undefined
    : 'nothing is told that is held back or over'
}

/** Before what was told at `atMs`, each group had been looked at since then. */
function lastLookMs(atMs: number, calm: Spans, facts: Facts): number {
  const lookMs = longestIntervalMs(facts) + 30_000
  const last = calm.findLast(({ fromMs }) => fromMs + lookMs <= atMs)
  return last === undefined ? facts.startMs : Math.min(last.toMs, atMs) - lookMs
}

/** The alertmanager tells of receivers that it cannot reach; no client posted that. */
const isOwn = ({ alertname }: Labels) => alertname === 'NotificationFailed'

const bareOf = ({ where, groupKey }: Line) => ({ where, groupKey })

const longestIntervalMs = ({ configs }: Facts) =>
  1000 *
  Math.max(
    ...configs.flatMap(({ config: { root } }) =>
      [root, ...(root.routes ?? [])].map(({ intervalS }) => intervalS),
    ),
  )
