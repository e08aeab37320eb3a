/** Somebody who silences, changes it, and ends it early, and insists until that is answered. */
import type { Labels } from '#lib/labels'
import type { SilenceSaid } from './facts.ts'
import type { Action } from './plan.ts'
import type { Stage } from './stage.ts'

type SilenceAction = Extract<Action, { kind: 'silence' }>

const insistMs = 5000

export function keepSilence(stage: Stage, action: SilenceAction): void {
  const { plan, facts, world, at } = stage
  const nowMs = world.timeline.nowMs
  const timeOf = (ms: number) => plan.startMs + ms
  /** The one that holds, as far as is known. */
  let current: { readonly id: string; readonly said: SilenceSaid } | undefined

  const put = (untilMs: number) => {
    const before = current
    if (untilMs <= nowMs()) return
    const fromMs = before?.said.fromMs ?? Math.max(nowMs(), timeOf(action.fromMs))
    const said: SilenceSaid = { sentMs: nowMs(), matchers: action.matchers, fromMs, untilMs }
    facts.silences.push(said)
    if (before !== undefined) before.said.end ??= { sentMs: nowMs() }
    const body = { ...bodyOf(said), ...(before !== undefined && { id: before.id }) }
    const onAnswer = (text: string, status: number) => {
      if (status === 200) {
        current = { id: JSON.parse(text).silenceID, said }
        if (before?.said.end !== undefined) before.said.end.ackedMs = nowMs()
        return
      }
      if (status === 0) facts.silences.splice(facts.silences.indexOf(said), 1)
      else if (status < 500) facts.faults.push(`a silence was refused: ${text}`)
      at(nowMs() + insistMs, () => put(untilMs))
    }
    const asked = { method: 'POST', path: '/api/v2/silences', body } as const
    stage.send({ said, asked, to: 'any', onAnswer })
  }
  const expire = () => {
    const before = current
    if (before === undefined || before.said.untilMs <= nowMs()) return
    before.said.end ??= { sentMs: nowMs() }
    const { end } = before.said
    const onAnswer = (_: string, status: number) => {
      if (status === 200) end.ackedMs = nowMs()
      else at(nowMs() + insistMs, expire)
    }
    const asked = { method: 'DELETE', path: `/api/v2/silence/${before.id}` } as const
    stage.send({ said: { sentMs: nowMs() }, asked, to: 'any', onAnswer })
  }
  const { expiredMs, movedToMs } = action
  put(timeOf(action.untilMs))
  if (expiredMs !== undefined) at(timeOf(expiredMs), expire)
  if (movedToMs !== undefined)
    at((nowMs() + timeOf(action.untilMs)) / 2, () => {
      if (current !== undefined) put(timeOf(movedToMs))
    })
}

function bodyOf({
  matchers,
  fromMs,
  untilMs,
}: {
  matchers: Labels
  fromMs: number
  untilMs: number
}) {
  return {
    matchers: Object.entries(matchers).map(([name, value]) => ({ name, value, isRegex: false })),
    startsAt: new Date(fromMs).toISOString(),
    endsAt: new Date(untilMs).toISOString(),
    createdBy: 'sim',
    comment: 'a simulated silence',
  }
}
