/**
 * Those who post alerts: Prometheus at each evaluation, scripts until they are answered. Both tell
 * every instance, as upstream asks for.
 */
import type { PostableAlert } from '#api/alert'
import type { AlertSaid, Said } from './facts.ts'
import { nameOf } from './model.ts'
import type { Action, Plan } from './plan.ts'
import { keepSilence } from './silencer.ts'
import type { Stage } from './stage.ts'

type AlertAction = Extract<Action, { kind: 'alert' }>

const times = {
  evaluationMs: 60_000,
  aheadMs: 240_000,
  resendsEnd: 6,
  insistMs: 5000,
  insistForMs: 600_000,
}

export function createClients(stage: Stage) {
  const { plan, facts, world } = stage
  const nowMs = world.timeline.nowMs
  const watched = plan.actions.filter(
    (action): action is AlertAction => action.kind === 'alert' && action.how === 'prometheus',
  )
  const post = (alerts: readonly Posted[]) => {
    if (alerts.length === 0) return
    const sent = alerts.map(({ labels, isFiring, endsMs }): AlertSaid => {
      return { sentMs: nowMs(), labels, isFiring, endsMs }
    })
    facts.alerts.push(...sent)
    const said: Said = { sentMs: nowMs() }
    const body = alerts.map(({ json }) => json)
    const asked = { method: 'POST', path: '/api/v2/alerts', body } as const
    const onAnswer = (_: string, status: number) => {
      const { ackedMs } = said
      if (ackedMs !== undefined) for (const one of sent) one.ackedMs ??= ackedMs
      if (status === 0) for (const one of sent) facts.alerts.splice(facts.alerts.indexOf(one), 1)
    }
    stage.send({ said, asked, to: 'all', onAnswer })
  }
  /** Its evaluations are a minute apart; what it cannot send now is sent at the next one. */
  const evaluate = () => {
    const atMs = nowMs() - plan.startMs
    post(
      watched.flatMap((alert) => {
        const isFiring = alert.atMs <= atMs && atMs < alert.untilMs
        const overMs = atMs - firstTickAfter(alert.untilMs)
        const wasSeen = firstTickAfter(alert.atMs) < firstTickAfter(alert.untilMs)
        if (isFiring) return [posted(alert, plan.startMs, nowMs() + times.aheadMs, true)]
        if (!wasSeen || overMs < 0 || overMs > times.resendsEnd * times.evaluationMs) return []
        if (isFiringAgain(alert, plan.actions, atMs)) return []
        return [posted(alert, plan.startMs, plan.startMs + firstTickAfter(alert.untilMs), false)]
      }),
    )
    stage.at(nowMs() + times.evaluationMs, evaluate)
  }
  /** Until it is heard, or for as long as it makes sense. */
  const insist = (alert: Posted, untilMs: number) => {
    let said: AlertSaid | undefined
    const again = () => {
      if (said?.ackedMs !== undefined || nowMs() >= untilMs) return
      const before = facts.alerts.length
      post([alert.renewed?.(nowMs()) ?? alert])
      said = facts.alerts[before]
      stage.at(nowMs() + times.insistMs, again)
    }
    again()
  }
  const runScript = (alert: AlertAction) => {
    const endMs = plan.startMs + alert.untilMs
    if (alert.how === 'script') return insist(posted(alert, plan.startMs, endMs, true), endMs)
    insist(openPosted(alert, plan), endMs)
    const resolved = posted(alert, plan.startMs, endMs, false)
    stage.at(endMs, () => insist(resolved, endMs + times.insistForMs))
  }
  return {
    start: () => stage.at(plan.startMs + firstTickAfter(0), evaluate),
    act(action: Action) {
      if (action.kind === 'alert' && action.how !== 'prometheus') runScript(action)
      if (action.kind === 'silence') keepSilence(stage, action)
    },
  }
}

interface Posted extends Pick<AlertSaid, 'labels' | 'isFiring' | 'endsMs'> {
  readonly json: PostableAlert
  /** What it says when it is said again. */
  readonly renewed?: (nowMs: number) => Posted
}

/** When Prometheus looks: some seconds after each full minute. */
const firstTickAfter = (ms: number) =>
  Math.ceil((ms - 17_000) / times.evaluationMs) * times.evaluationMs + 17_000

/** Whoever fires it next takes it over. */
const isFiringAgain = (alert: AlertAction, all: readonly Action[], atMs: number) =>
  all.some(
    (other) =>
      other.kind === 'alert' &&
      nameOf(other.labels) === nameOf(alert.labels) &&
      other.atMs > alert.atMs &&
      other.atMs <= atMs,
  )

function posted(
  { labels, atMs }: AlertAction,
  startMs: number,
  endsMs: number,
  isFiring: boolean,
): Posted {
  const text = (ms: number) => new Date(ms).toISOString()
  const json = { labels, startsAt: text(startMs + atMs), endsAt: text(endsMs) }
  return { labels, isFiring, endsMs, json }
}

/** Nobody says when it ends. */
function openPosted(alert: AlertAction, plan: Plan): Posted {
  const renewed = (nowMs: number): Posted => {
    const endsMs = nowMs + plan.config.resolveTimeoutS * 1000
    const { json, ...one } = posted(alert, plan.startMs, endsMs, true)
    const { endsAt: _, ...open } = json
    return { ...one, json: open, renewed }
  }
  return renewed(plan.startMs + alert.atMs)
}
