/**
 * An alert about a path must not go over nothing but paths that fail. Each receiver can be reached
 * by a route of its own, which no alert takes by its labels. An alarm is put there where none of
 * the receivers that it is routed to takes anything. Pure.
 */
import { type Route, routesOf } from '../arrival/routing.ts'
import type { Receiver } from '../config/receiver.ts'
import { type Path, works } from './path.ts'

const idOf = (receiver: string) => `detour to ${JSON.stringify(receiver)}`

/** By id, as the configuration keeps routes. */
export function detours(
  root: Route,
  receivers: ReadonlyMap<string, Pick<Receiver, 'name'>>,
): readonly (readonly [string, Route])[] {
  return [...receivers.keys()].map((receiver) => {
    const id = idOf(receiver)
    const alone = { matchers: [], routes: [], activeTimes: [], muteTimes: [], labels: {} }
    const own = { id, key: `{}/${id}`, receiver, groupBy: ['alertname'], groupWaitMs: 0 }
    return [id, { ...root, ...alone, ...own }]
  })
}

export interface Routed {
  readonly root: Route
  readonly routes: ReadonlyMap<string, Route>
  readonly receivers: ReadonlyMap<string, Receiver>
}

/** Undefined: one that works is told anyway, or none does. */
export function detourOf(
  labels: Route['labels'],
  { root, routes, receivers }: Routed,
  paths: readonly Path[],
): Route | undefined {
  const own = new Map<string, Path[]>()
  for (const path of paths) own.set(path.receiver, [...(own.get(path.receiver) ?? []), path])
  const tellsSomebody = (receiver: string) => {
    const failing = (own.get(receiver) ?? []).filter((path) => !works(path))
    const { integrations = [] } = receivers.get(receiver) ?? {}
    return integrations.some(
      ({ name, index }) =>
        !failing.some((path) => path.integration === name && path.index === index),
    )
  }
  if (routesOf(root, labels).some(({ receiver }) => tellsSomebody(receiver))) return undefined
  const proven = paths
    .filter((path) => works(path) && path.deliveredAtMs !== undefined)
    .sort((a, b) => (b.deliveredAtMs ?? 0) - (a.deliveredAtMs ?? 0))
    .map(({ receiver }) => receiver)
  const through = [root.receiver, ...proven].find(tellsSomebody)
  return through === undefined ? undefined : routes.get(idOf(through))
}
