import { describe, expect, test } from '@jest/globals'
import { createMatcher } from '#lib/matcher'
import { flappingName } from '../damping/flapping.ts'
import { explain } from './explain.ts'
import type { EventFact, Facts, GroupFact, SlotFact } from './facts.ts'
import { alertOfLabels, at, integration, minutes, routeOf } from './situation.conformance.ts'
import { explanationText } from './text.ts'

/** 03:05 in the night. */
const nowMs = at('03:05')
const alert = alertOfLabels(
  { alertname: 'Disk', severity: 'critical' },
  { startsAtMs: at('03:01') },
)
const name = alert.fingerprint
const route = routeOf({ receiver: 'ops' })

interface Situation {
  readonly alert?: Partial<Facts['alert']>
  readonly facts?: Partial<Facts>
  readonly group?: Partial<GroupFact>
  readonly slot?: Partial<SlotFact>
  readonly events?: readonly EventFact[]
  readonly hasNoGroup?: true
}

const state = { firing: 1, resolved: 0, lastFlushAtMs: at('03:02'), nextFlushAtMs: at('03:07') }
const told = { atMs: at('03:02'), firing: [name], resolved: [], held: [] }
const due = {
  id: 'n1',
  reason: 'first',
  firing: [name],
  resolved: [],
  attempts: 0,
  nextAttemptAtMs: nowMs,
  isUnderWay: false,
  lastError: null,
}
const delivered: readonly EventFact[] = [
  {
    kind: 'delivered',
    atMs: at('03:02'),
    receiver: 'ops',
    integration: 'email[0]',
    notification: 'n1',
  },
  {
    kind: 'planned',
    atMs: at('03:02'),
    receiver: 'ops',
    notification: 'n1',
    details: { reason: 'first' },
  },
]
const silence = {
  id: '7b1',
  matchers: [createMatcher('alertname', '=', 'Disk')],
  startsAtMs: at('03:00'),
  endsAtMs: at('09:00'),
  updatedAtMs: at('03:00'),
  createdBy: 'ann',
  comment: 'new disk comes',
}
const source = alertOfLabels({ alertname: 'Rack' })
const inhibition = {
  number: 2,
  rule: {
    name: 'racks',
    source: [createMatcher('alertname', '=', 'Rack')],
    target: [createMatcher('alertname', '=', 'Disk')],
    equal: ['rack'],
  },
  source,
}
const ended = { endsAtMs: at('03:04'), updatedAtMs: at('03:04') }

function factsOf({ facts, group, slot, events = [], ...given }: Situation): Facts {
  const open = given.hasNoGroup ? {} : { state }
  const slots = [{ ...integration('email'), ...slot }]
  const key = { id: 'g', key: '{}:{alertname="Disk"}', labels: { alertname: 'Disk' } }
  return {
    nowMs,
    alert: { ...alert, ...given.alert },
    isGone: false,
    root: route,
    inhibitions: [],
    silences: [],
    groups: [{ route, name: key, ...open, quietTimes: [], slots, ...group }],
    events,
    ...facts,
  }
}

const ack = { id: 'a', createdBy: 'bo', comment: 'on it', expiresAtMs: at('08:00') }

const situations: Record<string, readonly [Situation, string]> = {
  'it was told, and is not yet repeated': [
    { slot: { told }, events: delivered },
    'Told to "ops" by email at 03:02:00 (first); not repeated until 07:07',
  ],
  'it was told, and history has forgotten why': [
    { slot: { told } },
    'Told to "ops" by email at 03:02:00; not repeated until 07:07',
  ],
  'the repeat falls on a flush': [
    { slot: { told: { ...told, atMs: at('03:02') - 4 * 60 * minutes } } },
    'Told to "ops" by email at 2026-11-20 23:02; not repeated until 03:07:00',
  ],
  'it is repeated at the next flush': [
    { slot: { told, plan: { kind: 'tell', reason: 'repeat' } } },
    'Told to "ops" by email at 03:02:00; told again at 03:07:00 (repeat)',
  ],
  'others joined its group': [
    { slot: { told, plan: { kind: 'tell', reason: 'new alerts' } } },
    'Told to "ops" by email at 03:02:00; told again at 03:07:00 (new alerts)',
  ],
  'it waits for the first flush of its group': [
    {
      group: { state: { firing: 1, resolved: 0, nextFlushAtMs: at('03:05') + 20_000 } },
      slot: { plan: { kind: 'tell', reason: 'first' } },
    },
    'Not told yet to "ops" by email: the group {}:{alertname="Disk"} is flushed at 03:05:20 (first)',
  ],
  'it has arrived this instant': [
    { hasNoGroup: true },
    'Not told yet to "ops" by email: it has not joined its group',
  ],
  'nothing is to be said of it': [
    {},
    'Not told to "ops" by email: nothing is to be said; the group {}:{alertname="Disk"} is flushed at 03:07:00',
  ],
  'a silence holds it back': [
    { group: { heldBy: 'silence' }, facts: { silences: [silence] } },
    'Not told to "ops" by email: silence 7b1 by ann holds it back until 09:00 ("new disk comes")',
  ],
  'it was told and then silenced': [
    {
      group: { heldBy: 'silence' },
      facts: { silences: [silence] },
      slot: { told },
      events: delivered,
    },
    'Told to "ops" by email at 03:02:00 (first); not repeated now: silence 7b1 by ann holds it back until 09:00 ("new disk comes")',
  ],
  'it is inhibited': [
    { group: { heldBy: 'inhibition' }, facts: { inhibitions: [inhibition] } },
    `Not told to "ops" by email: inhibited by {alertname="Rack"} (${source.fingerprint})`,
  ],
  'its route is mute at this hour': [
    { group: { heldBy: 'mute time interval', quietTimes: ['night'], quietUntilMs: at('06:00') } },
    'Not told to "ops" by email: mute time interval "night" keeps its route quiet until 06:00',
  ],
  'its route speaks at other hours only': [
    { group: { heldBy: 'active time interval', quietTimes: ['day', 'eve'] } },
    'Not told to "ops" by email: active time interval "day", "eve" keeps its route quiet',
  ],
  'it flaps, and nobody knows yet': [
    { group: { heldBy: 'flapping' }, slot: { plan: { kind: 'tell', reason: 'flapping' } } },
    'Not told to "ops" by email: it flaps; the group {}:{alertname="Disk"} is flushed at 03:07:00 (flapping)',
  ],
  'it was told that it flaps': [
    { group: { heldBy: 'flapping' }, slot: { told: { ...told, firing: [flappingName(name)] } } },
    'Told to "ops" by email at 03:02:00 that it flaps; its changes are not told until it is calm',
  ],
  'somebody works on it': [
    { slot: { told, plan: { kind: 'hold' } }, facts: { ack }, events: delivered },
    'Told to "ops" by email at 03:02:00 (first); not repeated: bo works on it (until 08:00)',
  ],
  'it is about to be told': [
    { slot: { due } },
    'About to be told to "ops" by email: the next attempt is at 03:05:00',
  ],
  'an attempt is under way': [
    { slot: { due: { ...due, attempts: 1, isUnderWay: true } } },
    'Being told to "ops" by email',
  ],
  'its receiver is down': [
    {
      slot: {
        due: { ...due, attempts: 3, lastError: 'connection refused', nextAttemptAtMs: at('03:06') },
      },
    },
    'Not told yet to "ops" by email: 3 attempts failed (connection refused); the next attempt is at 03:06:00',
  ],
  'one attempt failed without a word': [
    { slot: { due: { ...due, attempts: 1, nextAttemptAtMs: at('03:06') } } },
    'Not told yet to "ops" by email: 1 attempt failed; the next attempt is at 03:06:00',
  ],
  'its receiver reaches nobody': [
    { group: { slots: [] } },
    'Nobody is told: receiver "ops" has no integrations',
  ],
  'it was told as resolved': [
    { alert: ended, slot: { told: { ...told, firing: [], resolved: [name] } } },
    'Told to "ops" by email as resolved at 03:02:00',
  ],
  'its end is told at the next flush': [
    { alert: ended, slot: { told, plan: { kind: 'tell', reason: 'all resolved' } } },
    'Resolved at 03:04:00; told to "ops" by email as resolved at 03:07:00',
  ],
  'its receiver does not want to hear of ends': [
    { alert: ended, slot: { told, sendResolved: false } },
    'Told to "ops" by email while it fired; its end at 03:04:00 is not told: send_resolved is false',
  ],
  'its end is in the log of a receiver that does not want to hear of ends': [
    {
      alert: ended,
      slot: { told: { ...told, firing: [], resolved: [name] }, sendResolved: false },
    },
    'Told to "ops" by email while it fired; its end at 03:04:00 is not told: send_resolved is false',
  ],
  'it was over before anybody was told': [
    { alert: ended },
    'Never told to "ops" by email: it ended at 03:04:00, before its group was flushed',
  ],
  'it was over while it was held back': [
    {
      alert: ended,
      events: [{ kind: 'held', atMs: at('03:02'), receiver: 'ops', details: { by: 'silence' } }],
    },
    'Never told to "ops" by email: silence held it back, and it ended at 03:04:00',
  ],
  'it is long gone': [
    {
      alert: ended,
      facts: { isGone: true },
      hasNoGroup: true,
      events: delivered,
    },
    'Last told to "ops" by email at 03:02:00; it ended at 03:04:00',
  ],
  'it is long gone and nobody was told': [
    { alert: ended, facts: { isGone: true } },
    'Never told to "ops" by email: it ended at 03:04:00, before its group was flushed',
  ],
  'one of two webhooks': [
    { group: { slots: [{ ...integration('webhook'), told }, integration('webhook', 1)] } },
    'Told to "ops" by webhook[0] at 03:02:00; not repeated until 07:07. Not told to "ops" by webhook[1]: nothing is to be said; the group {}:{alertname="Disk"} is flushed at 03:07:00',
  ],
}

test.each(Object.entries(situations))('%s', (_, [situation, sentence]) => {
  expect(explain(factsOf(situation)).sentence).toBe(sentence)
})

describe('the steps', () => {
  const tree = routeOf({
    receiver: 'ops',
    routes: [
      routeOf({ receiver: 'db', matchers: [createMatcher('team', '=', 'db')] }),
      routeOf({
        receiver: 'all',
        matchers: [createMatcher('severity', '=~', 'critical|warning')],
        continues: true,
      }),
      routeOf({
        receiver: 'page',
        matchers: [createMatcher('severity', '=', 'critical')],
        routes: [routeOf({ receiver: 'x', matchers: [createMatcher('alertname', '!=', 'Disk')] })],
      }),
      routeOf({ receiver: 'rest' }),
    ],
  })

  test('a route tells which matcher failed, and why it was not tried', () => {
    const { steps } = explain(factsOf({ facts: { root: tree } }))
    expect(steps.find((step) => step.name === 'route')?.lines).toEqual([
      'root: matches, and a route below it takes the alert',
      '  {team="db"}: no: team="db" is not so, there is no team',
      '  {severity=~"critical|warning"}: matches and is taken, receiver "all"',
      '  {severity="critical"}: matches and is taken, receiver "page"',
      '    {alertname!="Disk"}: no: alertname!="Disk" is not so, alertname is "Disk"',
      '  {}: not tried, the route before it does not continue',
    ])
  })

  test('all that holds is named, not only what holds first', () => {
    const { steps } = explain(
      factsOf({
        group: { heldBy: 'inhibition' },
        facts: { silences: [silence], inhibitions: [inhibition], ack },
      }),
    )
    expect(steps.find((step) => step.name === 'hold')?.lines).toEqual([
      `inhibited by {alertname="Rack"} (${source.fingerprint}): rule 2 "racks" (source {alertname="Rack"}, target {alertname="Disk"}, equal rack)`,
      'silence 7b1 by ann until 09:00 ({alertname="Disk"}, "new disk comes")',
      'acknowledged by bo until 08:00 ("on it"): repeats are held back',
    ])
  })

  test('the text begins with what a person wants to know', () => {
    const generatorUrl = 'http://prometheus/graph?g0.expr=up+%3D%3D+0&g0.tab=1'
    const annotations = {
      summary: 'the disk is ill',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }
    const situation = { alert: { generatorUrl, annotations }, slot: { told }, events: delivered }
    expect(explanationText(explain(factsOf(situation))).split('\n')).toEqual([
      '{alertname="Disk", severity="critical"} at 2026-11-21 03:05:00 UTC',
      '=> Told to "ops" by email at 03:02:00 (first); not repeated until 07:07',
      '',
      `alert    {alertname="Disk", severity="critical"} (${name})`,
      '         fires since 03:01:00, last reported at 03:04:00, ends at 03:09:00 unless it is reported again (resolve_timeout)',
      'rule     true is: up == 0',
      `         see ${generatorUrl}`,
      '         summary: the disk is ill',
      '         trace 0af7651916cd43dd8448eb211c80319c',
      'route    root: matches and is taken, receiver "ops"',
      'group    {}:{alertname="Disk"}: 1 firing, 0 resolved, told to "ops"',
      '         last flush 03:02:00, next flush 03:07:00 (group_wait 30s, group_interval 5m, repeat_interval 4h)',
      'hold     nothing holds it back',
      'receiver Told to "ops" by email at 03:02:00 (first); not repeated until 07:07',
      '           it was last told of this group at 03:02:00: 1 firing, 0 resolved',
      '           a flush now would plan: nothing',
      'history  03:02:00 delivered ops/email[0]',
      '         03:02:00 planned ops: reason=first',
      '',
    ])
  })
})
