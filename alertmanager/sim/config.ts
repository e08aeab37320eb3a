/** Configurations as plans have them: small enough for the oracle to know what they say. */
import type { Labels } from '#lib/labels'

export interface SimConfig {
  readonly root: SimRoute
  readonly isInhibiting: boolean
  readonly resolveTimeoutS: number
}

export interface SimRoute {
  /** Of the labels that an alert must have; the root has none. */
  readonly match: Labels
  readonly receiver: string
  readonly groupBy: readonly string[]
  readonly waitS: number
  readonly intervalS: number
  readonly repeatS: number
  readonly continues?: boolean
  readonly isMutedAtNight?: boolean
  readonly routes?: readonly SimRoute[]
}

/** What each receiver is told through: whether each of its webhooks wants ends. */
export const hooks: Readonly<Record<string, readonly boolean[]>> = {
  ops: [true],
  pager: [true, false],
  chat: [true],
  spare: [true],
}

/** Hours of the day, UTC. */
export const night = { fromHour: 1, toHour: 3 }

export function yamlOf({ root, isInhibiting, resolveTimeoutS }: SimConfig): object {
  return {
    global: { resolve_timeout: `${resolveTimeoutS}s` },
    route: routeOf(root),
    receivers: Object.entries(hooks).map(([name, ends]) => ({
      name,
      webhook_configs: ends.map((send_resolved, i) => ({
        url: `http://receiver.example/${name}/${i}`,
        send_resolved,
      })),
    })),
    time_intervals: [
      { name: 'night', time_intervals: [{ times: [{ start_time: '01:00', end_time: '03:00' }] }] },
    ],
    inhibit_rules: isInhibiting
      ? [
          {
            source_matchers: ['severity="critical"'],
            target_matchers: ['severity="warning"'],
            equal: ['alertname'],
          },
        ]
      : [],
  }
}

function routeOf(route: SimRoute): object {
  const matchers = Object.entries(route.match).map(([name, value]) => `${name}="${value}"`)
  return {
    receiver: route.receiver,
    ...(matchers.length > 0 && { matchers }),
    group_by: route.groupBy,
    group_wait: `${route.waitS}s`,
    group_interval: `${route.intervalS}s`,
    repeat_interval: `${route.repeatS}s`,
    ...(route.continues && { continue: true }),
    ...(route.isMutedAtNight && { mute_time_intervals: ['night'] }),
    ...(route.routes && { routes: route.routes.map(routeOf) }),
  }
}
