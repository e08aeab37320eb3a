/** What is going to happen: chosen by a seed, and a list, so that things can be left out of it. */
import type { Labels } from '#lib/labels'
import { type Chance, createChance } from './chance.ts'
import { hooks, type SimConfig, type SimRoute } from './config.ts'
import type { Mood } from './network.ts'

export interface Plan {
  readonly seed: number
  readonly startMs: number
  readonly forMs: number
  readonly machines: readonly string[]
  readonly config: SimConfig
  readonly actions: readonly Action[]
}

/** Times are milliseconds from the start of the world. */
export type Action =
  /** `prometheus` sends again every minute; a script posts once, with its end or without. */
  | {
      readonly kind: 'alert'
      readonly how: 'prometheus' | 'script' | 'open script'
      readonly labels: Labels
      readonly atMs: number
      readonly untilMs: number
    }
  | {
      readonly kind: 'silence'
      readonly atMs: number
      readonly matchers: Labels
      readonly fromMs: number
      readonly untilMs: number
      /** Ended by hand, before. */
      readonly expiredMs?: number
      /** Given another end, at half of its time. */
      readonly movedToMs?: number
    }
  | { readonly kind: 'reload'; readonly atMs: number; readonly config: SimConfig }
  | {
      readonly kind: 'receiver'
      readonly receiver: string
      readonly mood: Mood
      readonly atMs: number
      readonly untilMs: number
    }
  | { readonly kind: 'store away'; readonly atMs: number; readonly untilMs: number }
  | {
      readonly kind: 'crash' | 'restart'
      readonly machine: string
      readonly atMs: number
      /** The power fails at this thing that the machine asks of the world. */
      readonly afterThings: number
      readonly downMs: number
      readonly luck: number
    }

const minuteMs = 60_000

export function makePlan(seed: number, forMs: number): Plan {
  const chance = createChance(seed)
  const machines = chance.oneIn(3) ? ['one', 'two'] : ['one']
  const config = anyConfig(chance)
  const maker = { chance, forMs, machines, config }
  const alerts = labelSets.flatMap((labels) => episodes(labels, maker))
  const actions = [
    ...alerts,
    ...silences(maker),
    ...reloads(maker),
    ...Object.keys(hooks).flatMap((receiver) => outages(receiver, maker)),
    ...storeOutages(maker),
    ...machines.flatMap((machine) => crashes(machine, alerts, maker)),
  ]
  const startMs = Date.UTC(2026, 0, 1, chance.between(0, 23))
  const sorted = actions.sort((a, b) => a.atMs - b.atMs)
  return { seed, startMs, forMs, machines, config, actions: sorted }
}

interface Maker {
  readonly chance: Chance
  readonly forMs: number
  readonly machines: readonly string[]
  readonly config: SimConfig
}

const labelSets: readonly Labels[] = ['disk', 'node'].flatMap((alertname) =>
  ['a', 'b', 'c'].flatMap((team) => [
    { alertname, team, instance: '1', severity: 'warning' },
    { alertname, team, instance: team === 'a' ? '2' : '1', severity: 'critical' },
  ]),
)

/** Quiet times, single fires, and flapping, one after the other. */
function episodes(labels: Labels, { chance, forMs }: Maker): readonly Action[] {
  const found: Action[] = []
  let atMs = chance.between(0, 200) * minuteMs
  while (atMs < forMs) {
    const how = chance.of(['prometheus', 'prometheus', 'script', 'open script'] as const)
    const flaps = chance.oneIn(4) ? chance.between(2, 5) : 1
    for (let i = 0; i < flaps && atMs < forMs; i++) {
      const lastsMs = lengthOf(how, flaps > 1, chance)
      found.push({ kind: 'alert', how, labels, atMs, untilMs: atMs + lastsMs })
      atMs += lastsMs + chance.between(1, flaps > 1 ? 8 : 2) * minuteMs
    }
    atMs += chance.between(5, 420) * minuteMs
  }
  return found
}

function lengthOf(how: string, flaps: boolean, chance: Chance): number {
  if (how === 'open script') return chance.between(20, 290) * 1000
  if (flaps) return chance.between(1, 6) * minuteMs
  return chance.between(1, chance.oneIn(3) ? 200 : 30) * minuteMs
}

function silences({ chance, forMs }: Maker): readonly Action[] {
  return times(chance, forMs, 300).map((atMs): Action => {
    const fromMs = atMs + (chance.oneIn(3) ? chance.between(1, 30) * minuteMs : 0)
    const untilMs = fromMs + chance.between(5, 150) * minuteMs
    const matchers = chance.of<Labels>([
      { alertname: 'disk' },
      { team: 'a' },
      { team: 'b', severity: 'warning' },
      { severity: 'critical' },
      { alertname: 'node', team: 'c' },
    ])
    const change = chance.between(1, 3)
    return {
      kind: 'silence',
      atMs,
      matchers,
      fromMs,
      untilMs,
      ...(change === 1 && { expiredMs: chance.between(fromMs, untilMs) }),
      ...(change === 2 && { movedToMs: untilMs + chance.between(-2, 40) * minuteMs }),
    }
  })
}

const reloads = ({ chance, forMs }: Maker): readonly Action[] =>
  times(chance, forMs, 360).map((atMs) => ({ kind: 'reload', atMs, config: anyConfig(chance) }))

function outages(receiver: string, { chance, forMs }: Maker): readonly Action[] {
  return apart(times(chance, forMs, 300), 40).map((atMs): Action => {
    const untilMs = atMs + chance.between(5, 1500) * 1000
    const mood = chance.of<Mood>([
      { kind: 'slow', afterMs: chance.between(100, 8000) },
      { kind: 'slow', afterMs: 15_000 },
      { kind: 'down' },
      { kind: 'hangs' },
      { kind: 'refuses', status: 503 },
      { kind: 'refuses', status: 429, retryAfterS: chance.between(1, 90) },
      { kind: 'refuses', status: 400 },
      { kind: 'dies', speaks: true },
      { kind: 'dies', speaks: false },
    ])
    return { kind: 'receiver', receiver, mood, atMs, untilMs }
  })
}

const storeOutages = ({ chance, forMs }: Maker): readonly Action[] =>
  apart(times(chance, forMs, 400), 40).map((atMs) => ({
    kind: 'store away',
    atMs,
    untilMs: atMs + chance.between(1, chance.oneIn(2) ? 30 : 1500) * 1000,
  }))

/** Some at any time, and some just when an alert is taken that nobody sends again. */
function crashes(
  machine: string,
  alerts: readonly Action[],
  { chance, forMs }: Maker,
): readonly Action[] {
  const posts = alerts.filter((alert) => alert.kind === 'alert' && alert.how !== 'prometheus')
  const atPosts = posts.map(({ atMs }) => atMs - 1).filter(() => chance.oneIn(5))
  const all = [...times(chance, forMs, 300), ...atPosts].filter((ms) => ms < forMs)
  const sorted = all.sort((a, b) => a - b)
  return apart(sorted, 30).map((atMs) => ({
    kind: chance.oneIn(5) ? 'restart' : 'crash',
    machine,
    atMs,
    afterThings: atPosts.includes(atMs)
      ? chance.between(2, 12)
      : chance.of([0, chance.between(1, 40)]),
    downMs: chance.between(1, chance.oneIn(2) ? 30 : 900) * 1000,
    luck: chance.between(0, 10) / 10,
  }))
}

/** About one every so many minutes, to the millisecond. */
function times(chance: Chance, forMs: number, everyMinutes: number): readonly number[] {
  const found: number[] = []
  let atMs = 0
  for (;;) {
    atMs += chance.between(minuteMs, 2 * everyMinutes * minuteMs)
    if (atMs >= forMs) return found
    found.push(atMs)
  }
}

function apart(atMs: readonly number[], minutes: number): readonly number[] {
  const kept: number[] = []
  for (const ms of atMs) if (ms - (kept.at(-1) ?? 0) > minutes * minuteMs) kept.push(ms)
  return kept
}

function anyConfig(chance: Chance): SimConfig {
  const timing = () => ({
    waitS: chance.of([0, 10, 30, 60]),
    intervalS: chance.of([60, 300, 300, 600]),
    repeatS: chance.of([1500, 3600, 7000]),
  })
  const child = (route: Omit<SimRoute, 'waitS' | 'intervalS' | 'repeatS'>): SimRoute => ({
    ...route,
    ...timing(),
  })
  const a = child({
    match: { team: 'a' },
    receiver: chance.of(['pager', 'pager', 'spare']),
    groupBy: chance.of([['alertname'], ['alertname', 'instance']]),
  })
  const b = child({
    match: { team: 'b' },
    receiver: 'chat',
    groupBy: ['alertname'],
    continues: chance.oneIn(2),
    isMutedAtNight: chance.oneIn(2),
  })
  const critical = child({ match: { severity: 'critical' }, receiver: 'pager', groupBy: [] })
  const root = child({ match: {}, receiver: 'ops', groupBy: ['alertname', 'team'] })
  const routes = [a, ...(chance.oneIn(4) ? [] : [b]), ...(chance.oneIn(2) ? [critical] : [])]
  return {
    root: { ...root, routes },
    isInhibiting: !chance.oneIn(3),
    resolveTimeoutS: 300,
  }
}
