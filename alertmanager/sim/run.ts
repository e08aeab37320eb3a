/** Runs a plan, judges it, and where a promise is broken tells the shortest story that shows it. */
import type { Breach } from './breach.ts'
import { drive } from './drive.ts'
import type { Facts } from './facts.ts'
import { type Action, makePlan, type Plan } from './plan.ts'
import { breachesIn } from './promises.ts'
import { clockText, openSimWorld } from './world.ts'

export interface RunResult {
  readonly breaches: readonly Breach[]
  readonly facts: Facts
  readonly lines: readonly string[]
}

async function runPlan(plan: Plan): Promise<RunResult> {
  const { seed, startMs } = plan
  const world = await openSimWorld({ seed, startMs, isShared: plan.machines.length > 1 })
  try {
    const facts = await drive(plan, world)
    return { facts, breaches: breachesIn(facts), lines: world.lines }
  } finally {
    await world.close()
  }
}

export interface SeedOptions {
  readonly seed: number
  readonly hours: number
  /** How often actions may be left out to find a shorter story. */
  readonly shrinks: number
}

/** Throws the story where a promise is broken. */
export async function runSeed({ seed, hours, shrinks }: SeedOptions): Promise<Facts> {
  const plan = makePlan(seed, hours * 3_600_000)
  const result = await runPlan(plan)
  const [first] = result.breaches
  if (first === undefined) return result.facts
  const shorter = await shrunk({ plan, result, breach: first }, shrinks)
  throw Object.assign(new Error(storyOf(shorter, { seed, hours })), { plan: shorter.plan })
}

interface Story {
  readonly plan: Plan
  readonly result: RunResult
  readonly breach: Breach
}

/** Leaves out ever smaller parts of what happened, as long as the same promise is broken. */
async function shrunk(story: Story, tries: number): Promise<Story> {
  let best = cutOff(story)
  let size = Math.ceil(best.plan.actions.length / 2)
  let left = tries
  for (let at = 0; left > 0 && size >= 1; ) {
    if (at >= best.plan.actions.length) {
      at = 0
      if (size === 1) break
      size = Math.ceil(size / 2)
      continue
    }
    left--
    const { actions } = best.plan
    const fewer = [...actions.slice(0, at), ...actions.slice(at + size)]
    const tried = await attempt({ ...best.plan, actions: fewer }, story.breach)
    if (tried === undefined) at += size
    else best = tried
  }
  return best
}

/** What comes after the breach did not cause it. */
function cutOff(story: Story): Story {
  const { plan, breach } = story
  const forMs = Math.min(plan.forMs, breach.atMs - plan.startMs + 60_000)
  const actions = plan.actions.filter(({ atMs }) => atMs < forMs)
  return { ...story, plan: { ...plan, forMs, actions } }
}

async function attempt(plan: Plan, wanted: Breach): Promise<Story | undefined> {
  const result = await runPlan(plan)
  const breach = result.breaches.find(({ promise }) => promise === wanted.promise)
  return breach === undefined ? undefined : cutOff({ plan, result, breach })
}

function storyOf({ plan, result, breach }: Story, { seed, hours }: Omit<SeedOptions, 'shrinks'>) {
  const time = (ms: number) => clockText(ms, plan.startMs)
  const told = result.facts.taken
    .filter(({ atMs }) => atMs <= breach.atMs)
    .filter(
      ({ where, notification }) =>
        where === breach.where && notification.groupKey === breach.groupKey,
    )
    .map(({ atMs, machine, answeredMs, notification }) => {
      const alerts = notification.alerts.map(({ status, labels }) => `${status} ${nameIn(labels)}`)
      const how = [notification.idempotencyKey.slice(-6), notification.notification_reason]
      const marks = [
        answeredMs === undefined && 'unanswered',
        notification.possibleRepeat && 'perhaps again',
      ]
      const about = [...how, ...marks].filter(Boolean).join(', ')
      return `${time(atMs)} ${machine} tells (${about}): ${alerts.join(', ')}`
    })
  return [
    `seed ${seed}, ${hours} h: ${breach.promise}`,
    `${time(breach.atMs)} ${breach.where} ${breach.groupKey}: ${breach.about}`,
    `(${result.breaches.length} breaches in all: ${[...new Set(result.breaches.map(({ promise }) => promise))].join('; ')})`,
    '',
    `machines ${plan.machines.join(' and ')}, configuration ${JSON.stringify(plan.config)}`,
    ...plan.actions.map((action) => `${time(plan.startMs + action.atMs)} ${actionText(action)}`),
    '',
    ...told,
    '',
    ...result.lines.filter(isTelling).slice(-20),
  ].join('\n')
}

const isTelling = (line: string) => !/Loop pass failed|was not taken|is odd|"check"/.test(line)

const nameIn = (labels: Readonly<Record<string, string>>) => Object.values(labels).join('/')

function actionText({ atMs, ...action }: Action): string {
  const lasts = 'untilMs' in action ? ` for ${(action.untilMs - atMs) / 1000} s` : ''
  return `${JSON.stringify(action)}${lasts}`
}
