import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Alert } from '../alert.ts'
import { type Case, planFor } from './dedup.ts'
import type { FlushedAlert, Plan } from './flush.ts'

const atMs = 1_800_000_000_000
const slot = { group_id: 'g', integration: 'webhook', integration_index: 0 }

/** `a` fires, `A` is resolved, `-a` and `-A` are held back. */
function alertsOf(text: string): readonly FlushedAlert[] {
  return [...text.matchAll(/(-?)(\w)/g)].map(([, held, letter = '']) => {
    const fingerprint = letter.toLowerCase()
    const resolved = letter !== fingerprint
    const alert: Alert = {
      fingerprint,
      labels: { alertname: fingerprint },
      annotations: {},
      generatorUrl: '',
      startsAtMs: atMs - 60_000,
      endsAtMs: resolved ? atMs - 1 : atMs + 60_000,
      updatedAtMs: atMs,
      endIsGuess: false,
    }
    return { alert, resolved, ...(held === '-' && { heldBy: 'silence' as const }) }
  })
}

const letters = (text: string) => [...text]

interface Given {
  readonly alerts: string
  /** firing, resolved, held */
  readonly told?: readonly [string, string, string?]
  /** firing, resolved, untold */
  readonly due?: readonly [string, string, string]
  readonly sendResolved?: boolean
}

function caseOf({ alerts, told, due, sendResolved = true }: Given): Case {
  const route = {
    id: '{} r',
    key: '{}',
    receiver: 'r',
    groupBy: [],
    groupWaitMs: 0,
    groupIntervalMs: 1,
    repeatIntervalMs: 3_600_000,
    matchers: [],
    continues: false,
    activeTimes: [],
    muteTimes: [],
    labels: {},
    routes: [],
  }
  const group = {
    id: 'g',
    key: '{}:{}',
    labels: {},
    epoch: 1,
    route,
    receiver: { name: 'r', labels: {}, integrations: [] },
    atMs,
    nextFlushAt: new Date(atMs + 1),
  }
  return {
    flush: { group, alerts: alertsOf(alerts), plans: [] },
    integration: { sendResolved },
    slot,
    told: told && {
      firing: letters(told[0]),
      resolved: letters(told[1]),
      held: letters(told[2] ?? ''),
      sent_at: new Date(atMs),
    },
    due: due && {
      firing: letters(due[0]),
      resolved: letters(due[1]),
      untold: letters(due[2]),
    },
  }
}

function said(plan: Plan | undefined): string {
  if (plan?.kind !== 'tell') return plan?.kind ?? 'nothing'
  const alerts = plan.alerts.map(({ alert, resolved }) =>
    resolved ? alert.fingerprint.toUpperCase() : alert.fingerprint,
  )
  return `${plan.reason}: ${alerts.join('')}`
}

test.each<[string, Given, string]>([
  ['a first alert is told', { alerts: 'a' }, 'first: a'],
  ['a held one is not', { alerts: '-a' }, 'nothing'],
  ['the whole group is told', { alerts: 'ab', told: ['a', ''] }, 'new alerts: ab'],
  ['one that resolved unheard is not told', { alerts: 'A' }, 'nothing'],
  ['what is due already is not planned again', { alerts: 'a', due: ['a', '', 'a'] }, 'nothing'],
  ['a newer state replaces what is due', { alerts: 'ab', due: ['a', '', 'a'] }, 'first: ab'],
  ['fired and resolved while due: both', { alerts: 'A', due: ['a', '', 'a'] }, 'owed: A'],
  [
    'also where resolved ones are not sent',
    { alerts: 'A', due: ['a', '', 'a'], sendResolved: false },
    'owed: A',
  ],
  ['and it stays due', { alerts: 'A', due: ['', 'a', 'a'] }, 'nothing'],
  ['and another joins it', { alerts: 'Ab', due: ['', 'a', 'a'] }, 'first: Ab'],
  ['silenced before it was delivered', { alerts: '-a', due: ['a', '', 'a'] }, 'withdraw'],
  [
    'the end of a told alert passes a silence',
    { alerts: '-A', told: ['a', ''] },
    'all resolved: A',
  ],
  ['a told alert that is silenced stays quiet', { alerts: '-a', told: ['a', ''] }, 'nothing'],
  [
    'the end of one held when another was told last',
    { alerts: '-Ab', told: ['b', '', 'a'] },
    'new resolved: Ab',
  ],
  ['the same when nothing else was firing', { alerts: '-A', told: ['', 'b', 'a'] }, 'owed: A'],
  [
    'the same where resolved ones are not sent',
    { alerts: '-A', told: ['', 'b', 'a'], sendResolved: false },
    'nothing',
  ],
  [
    'what fires no more leaves the log unsaid',
    { alerts: 'A', told: ['a', ''], sendResolved: false },
    'forget',
  ],
])('%s', (_, given, expected) => {
  expect(said(planFor(caseOf(given)))).toBe(expected)
})

test('what was told as firing and is held now is remembered as owed', () => {
  const plan = planFor(caseOf({ alerts: '-ab-cd', told: ['ab', '', 'c'] }))
  expect(plan?.held).toEqual(['a', 'c'])
})

type State = 'firing' | 'resolved'

/** One group and one receiver, which hears each message in full or not at all. */
function createModel(sendResolved: boolean) {
  const states = new Map<string, State>()
  const heard = new Map<string, State>()
  const everDue = new Set<string>()
  let told: Given['told']
  let due: Extract<Plan, { kind: 'tell' }> | undefined
  const join = (names: readonly string[]) => names.join('')
  const given = (): Given => ({
    alerts: join([...states].map(([name, s]) => (s === 'firing' ? name : name.toUpperCase()))),
    sendResolved,
    ...(told && { told }),
    ...(due && { due: [join(due.firing), join(due.resolved), join(due.untold)] }),
  })
  return {
    states,
    heard,
    everDue,
    change(name: string, to: State) {
      if (to === 'firing' || states.has(name)) states.set(name, to)
    },
    flush() {
      const plan = planFor(caseOf(given()))
      if (plan?.kind === 'forget') told = [join(plan.firing), join(plan.resolved)]
      if (plan !== undefined) due = plan.kind === 'tell' ? plan : undefined
      for (const name of due?.firing ?? []) everDue.add(name)
    },
    deliver() {
      for (const { alert, resolved } of due?.alerts ?? [])
        heard.set(alert.fingerprint, resolved ? 'resolved' : 'firing')
      if (due !== undefined) told = [join(due.firing), join(due.resolved)]
      due = undefined
    },
    /** With nothing left to tell, resolved alerts leave. */
    settle() {
      if (due !== undefined) return
      for (const [name, state] of states) if (state === 'resolved') states.delete(name)
    },
  }
}

const step = fc.record({
  alert: fc.constantFrom('a', 'b', 'c'),
  to: fc.constantFrom<State>('firing', 'resolved'),
  isUp: fc.boolean(),
})

test('a receiver that comes and goes hears of every alert, and in the end how things are', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.boolean(), (steps, sendResolved) => {
      const model = createModel(sendResolved)
      for (const { alert, to, isUp } of steps) {
        model.change(alert, to)
        model.flush()
        if (isUp) model.deliver()
        model.settle()
      }
      model.flush()
      model.deliver()
      expect([...model.everDue].filter((name) => !model.heard.has(name))).toEqual([])
      const wrong = [...model.states].filter(
        ([name, state]) =>
          (state === 'firing' || (sendResolved && model.heard.has(name))) &&
          model.heard.get(name) !== state,
      )
      expect(wrong).toEqual([])
    }),
    { numRuns: 1000 },
  )
})
