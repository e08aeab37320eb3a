/** The aggregation groups that are told from memory, as long as the store is away. */
import { type Alert, isResolved } from '../alert.ts'
import { groupOf, type Route, routesOf } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Flush } from '../flush/flush.ts'
import type { NotifiedSlot } from './slots.ts'

export interface FallbackGroup {
  readonly id: string
  readonly key: string
  readonly labels: Alert['labels']
  readonly route: Route
  nextFlushMs: number
  /** By the key of a slot. */
  readonly slots: Map<string, NotifiedSlot>
}

export type FallbackGroups = Map<string, FallbackGroup>

interface Wanted {
  readonly config: AlertConfig
  readonly nowMs: number
}

/** Makes a group of each alert that nobody is known to have been told of. */
export function addGroups(groups: FallbackGroups, alerts: Iterable<Alert>, wanted: Wanted): void {
  const { config, nowMs } = wanted
  for (const alert of alerts)
    for (const route of routesOf(config.root, alert.labels)) {
      const named = groupOf(route, alert.labels)
      const waitedMs = alert.startsAtMs + route.groupWaitMs
      const nextFlushMs = waitedMs <= nowMs ? nowMs : nowMs + route.groupWaitMs
      if (!groups.has(named.id))
        groups.set(named.id, { ...named, route, nextFlushMs, slots: new Map() })
    }
}

/** The due groups with the alerts that they have now; each is due again after its interval. */
export function takeDue(
  groups: FallbackGroups,
  alerts: Iterable<Alert>,
  { config, nowMs }: Wanted,
): readonly Flush[] {
  const due = new Map([...groups].filter(([, { nextFlushMs }]) => nextFlushMs <= nowMs))
  if (due.size === 0) return []
  const members = membersOf(due, alerts, config)
  return [...due.values()].flatMap((group) => {
    group.nextFlushMs = nowMs + group.route.groupIntervalMs
    const receiver = config.receivers.get(group.route.receiver)
    if (receiver === undefined) return []
    const nextFlushAt = new Date(group.nextFlushMs)
    const flushed = (members.get(group.id) ?? []).flatMap((alert) => {
      const resolved = isResolved(alert, nowMs)
      return resolved && !isOurs(group, alert) ? [] : [{ alert, resolved }]
    })
    const about = { ...group, receiver, atMs: nowMs, epoch: nowMs, nextFlushAt }
    return [{ group: about, alerts: flushed, plans: [] }]
  })
}

function membersOf(due: FallbackGroups, alerts: Iterable<Alert>, config: AlertConfig) {
  const members = new Map<string, Alert[]>()
  for (const alert of alerts)
    for (const route of routesOf(config.root, alert.labels)) {
      const { id } = groupOf(route, alert.labels)
      if (!due.has(id)) continue
      const list = members.get(id)
      if (list === undefined) members.set(id, [alert])
      else list.push(alert)
    }
  return members
}

/** Told from memory as firing, or about to be. */
const isOurs = ({ slots }: FallbackGroup, { fingerprint }: Alert) =>
  [...slots.values()].some(
    ({ told, pending }) =>
      told?.firing.includes(fingerprint) === true || pending?.untold.includes(fingerprint) === true,
  )
