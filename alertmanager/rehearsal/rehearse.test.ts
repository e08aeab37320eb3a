import { describe, expect, test } from '@jest/globals'
import type { Labels } from '#lib/labels'
import { createMatcher } from '#lib/matcher'
import { parseConfig } from '../config/config.ts'
import { createChance } from '../sim/chance.ts'
import { type SimConfig, yamlOf } from '../sim/config.ts'
import { drive } from '../sim/drive.ts'
import type { Plan } from '../sim/plan.ts'
import { openSimWorld } from '../sim/world.ts'
import { type Rehearsal, type RehearsedAlert, rehearse } from './rehearse.ts'

const minuteMs = 60_000
const startMs = Date.UTC(2026, 0, 5) // A Monday.

const config = parseConfig(
  `
route:
  receiver: ops
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 1h
  routes:
    - { receiver: nobody, matchers: ['alertname="Watchdog"'] }
    - { receiver: day, matchers: ['team="day"'], active_time_intervals: [day] }
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_matchers: ['severity="warning"']
    equal: [instance]
time_intervals:
  - { name: day, time_intervals: [{ times: [{ start_time: '09:00', end_time: '17:00' }] }] }
receivers:
  - name: ops
    webhook_configs: [{ url: 'http://h/' }, { url: 'http://h/', send_resolved: false }]
  - name: day
    webhook_configs: [{ url: 'http://h/' }]
  - name: nobody
`,
  'test',
)

/** Minutes from the start; without an end it goes on. */
function alert(labels: Labels, from: number, to?: number): RehearsedAlert {
  const ends = to === undefined ? {} : { endsAtMs: startMs + to * minuteMs }
  return { labels, startsAtMs: startMs + from * minuteMs, ...ends }
}

async function told(
  alerts: readonly RehearsedAlert[],
  given: Partial<Rehearsal> = {},
): Promise<readonly string[]> {
  const toMs = startMs + 24 * 60 * minuteMs
  const all = await rehearse({ config, alerts, silences: [], fromMs: startMs, toMs, ...given })
  return all.map(({ atMs, receiver, integration, firing, resolved, reason }) => {
    const minutes = Math.round((10 * (atMs - startMs)) / minuteMs) / 10
    return `${minutes} ${receiver}/${integration} ${firing.length}+${resolved.length} ${reason}`
  })
}

describe('in simulated time', () => {
  test('an alert is told after its wait, and its end at the next interval', async () => {
    expect(await told([alert({ alertname: 'Hot' }, 10, 12)])).toEqual([
      '10.5 ops/webhook[0] 1+0 first',
      '10.5 ops/webhook[1] 1+0 first',
      '15.5 ops/webhook[0] 0+1 all resolved',
    ])
  })

  test('what goes on is repeated, what joins is told with it', async () => {
    const alerts = [
      alert({ alertname: 'Hot', device: 'a' }, 0),
      alert({ alertname: 'Hot', device: 'b' }, 7, 70),
    ]
    const first = (await told(alerts)).filter((line) => line.includes('[0]')).slice(0, 5)
    expect(first).toEqual([
      '0.5 ops/webhook[0] 1+0 first',
      '10.5 ops/webhook[0] 2+0 new alerts',
      '70.5 ops/webhook[0] 1+1 new resolved',
      '135.5 ops/webhook[0] 1+0 repeat',
      '200.5 ops/webhook[0] 1+0 repeat',
    ])
  })

  test('what a source inhibits is told once the source is gone', async () => {
    const alerts = [
      alert({ alertname: 'Down', instance: 'n1', severity: 'critical' }, 0, 32),
      alert({ alertname: 'Slow', instance: 'n1', severity: 'warning' }, 0),
    ]
    const found = await told(alerts, { toMs: startMs + 60 * minuteMs })
    expect(found.filter((line) => line.includes('[0]'))).toEqual([
      '0.5 ops/webhook[0] 1+0 first',
      '35.5 ops/webhook[0] 1+0 first',
      '35.5 ops/webhook[0] 0+1 all resolved',
    ])
  })

  test('outside of its hours a route says nothing, and then what is left', async () => {
    const found = await told([alert({ alertname: 'Late', team: 'day' }, 60)])
    expect(found[0]).toBe('540.5 day/webhook[0] 1+0 first')
    expect(found.at(-1)).toBe('995.5 day/webhook[0] 1+0 repeat')
  })

  test('what is silenced is told when the silence has ended', async () => {
    const silence = {
      ...{ id: 's', createdBy: '', comment: '', updatedAtMs: 0, startsAtMs: startMs },
      ...{ matchers: [createMatcher('alertname', '=', 'Hot')], endsAtMs: startMs + 20 * minuteMs },
    }
    const found = await told([alert({ alertname: 'Hot' }, 0)], { silences: [silence] })
    expect(found[0]).toBe('20.5 ops/webhook[0] 1+0 first')
  })

  test('what fired before is no news, but its end is', async () => {
    const older = { ...alert({ alertname: 'Hot' }, 0, 12), isOlder: true }
    expect(await told([older])).toEqual(['15 ops/webhook[0] 0+1 all resolved'])
  })

  test('a receiver without integrations is told nothing', async () => {
    expect(await told([alert({ alertname: 'Watchdog' }, 0)])).toEqual([])
  })
})

describe('a real alertmanager on a simulated clock tells the same at the same times', () => {
  const hours = 5
  test.each([3, 5])('whatever fires: seed %d', async (seed) => {
    const plan = planOf(seed)
    const world = await openSimWorld({
      ...{ seed, startMs: plan.startMs, isShared: false, isQueueFaithful: true },
    })
    try {
      const { taken } = await drive(plan, world)
      const rehearsed = await rehearse({
        config: parseConfig(JSON.stringify(yamlOf(plan.config)), 'sim'),
        alerts: plan.actions.flatMap(rehearsedAlert(plan)),
        silences: [],
        ...{ fromMs: plan.startMs, toMs: plan.startMs + plan.forMs },
      })
      const real = taken.map(({ atMs, where, notification: { groupKey, alerts } }) => {
        const labelsOf = (status: string) =>
          alerts.filter((one) => one.status === status).map(({ labels }) => labels)
        const said = { firing: labelsOf('firing'), resolved: labelsOf('resolved') }
        return textOf(plan, { ...said, atMs, groupKey, where })
      })
      const ours = rehearsed.map((one) =>
        textOf(plan, { ...one, where: `/${one.receiver}/${one.integration.replace(/\D/g, '')}` }),
      )
      expect(real.length).toBeGreaterThan(20)
      expect(ours.sort()).toEqual(real.sort())
    } finally {
      await world.close()
    }
  })

  /** When Prometheus looks: some seconds after each full minute. */
  const tickMs = (minutes: number) => minutes * minuteMs + 17_000

  function planOf(seed: number): Plan {
    const chance = createChance(seed)
    const route = (extra: object) => ({
      match: {},
      receiver: chance.of(['ops', 'pager', 'chat']),
      groupBy: chance.of([['alertname'], ['alertname', 'team'], []]),
      waitS: chance.of([10, 30, 90]),
      intervalS: chance.of([60, 300, 420]),
      repeatS: chance.of([1200, 3600, 7200]),
      ...extra,
    })
    const simConfig: SimConfig = {
      root: route({
        routes: [
          route({ match: { team: 'a' }, continues: chance.oneIn(2) }),
          route({ match: { alertname: 'node' }, isMutedAtNight: true }),
        ],
      }),
      isInhibiting: true,
      resolveTimeoutS: 300,
    }
    const actions = ['disk', 'node'].flatMap((alertname) =>
      ['a', 'b'].flatMap((team) =>
        ['warning', 'critical'].flatMap((severity) =>
          episodes(chance, { alertname, team, severity }),
        ),
      ),
    )
    const sorted = actions.toSorted((a, b) => a.atMs - b.atMs)
    return {
      ...{ seed, startMs, forMs: hours * 60 * minuteMs },
      ...{ machines: ['one'], config: simConfig, actions: sorted },
    }
  }

  function episodes(chance: ReturnType<typeof createChance>, labels: Labels) {
    const found = []
    for (let at = chance.between(2, 60); at < hours * 60; ) {
      const until = at + chance.between(1, chance.oneIn(3) ? 200 : 12)
      const how = 'prometheus' as const
      const times = { atMs: tickMs(at), untilMs: tickMs(until) }
      found.push({ kind: 'alert' as const, how, labels, ...times })
      // So long that its end was not said again any more.
      at = until + chance.between(7, 90)
    }
    return found
  }

  const rehearsedAlert =
    (plan: Plan) =>
    (action: Plan['actions'][number]): RehearsedAlert[] => {
      if (action.kind !== 'alert') return []
      const [startsAtMs, endsAtMs] = [action.atMs, action.untilMs].map((ms) => plan.startMs + ms)
      return [{ labels: action.labels, startsAtMs: startsAtMs!, endsAtMs: endsAtMs! }]
    }

  interface Said {
    readonly atMs: number
    readonly where: string
    readonly groupKey: string
    readonly firing: readonly Labels[]
    readonly resolved: readonly Labels[]
  }

  /** To the second: a real one takes a moment from the flush to the delivery. */
  function textOf(plan: Plan, { atMs, where, groupKey, firing, resolved }: Said): string {
    const names = (all: readonly Labels[]) =>
      all
        .map((labels) => Object.values(labels).sort().join('/'))
        .sort()
        .join(' ')
    const second = Math.floor((atMs - plan.startMs + 5) / 1000)
    const what = `firing ${names(firing)} resolved ${names(resolved)}`
    return `${String(second).padStart(6)} ${where} ${groupKey} ${what}`
  }
})
