/** Sends heartbeats: one for each path and interval, by whichever instance gets to it first. */
import { createLoop, type Loop } from '#lib/loop'
import { attempt, type DeliverWorld } from '../delivery/deliver.ts'
import type { World } from '../world.ts'
import { heartbeatOf, heartbeatPaths } from './heartbeat.ts'
import type { PathName } from './path.ts'
import { claimBeats, noteTried, pathKey, type Tried } from './path-store.ts'

export type HeartParts = Pick<DeliverWorld, 'notifierOf'> & {
  /** 0: there are no heartbeats. */
  readonly everyMs: number
}

const limits = { lookEveryMs: 5000, lookEveryMsMin: 100 }

/** Nothing is tried again: the next heartbeat comes soon enough. */
export function createHeart(world: World, { notifierOf, everyMs }: HeartParts): Loop | undefined {
  if (everyMs === 0) return undefined
  const pass = async () => {
    const nowMs = world.clock.nowMs()
    const paths = heartbeatPaths(world.config())
    const taken = await claimBeats(world.db, paths, { nowMs, everyMs })
    const due = paths.filter((path) => taken.has(pathKey(path)))
    const tried = await Promise.all(due.map((path) => beat(path, nowMs)))
    await noteTried(world.db, tried.flat(), world.clock.nowMs())
  }
  const beat = async (path: PathName, nowMs: number): Promise<readonly Tried[]> => {
    const integration = world
      .config()
      .receivers.get(path.receiver)
      ?.integrations.find(({ name, index }) => name === path.integration && index === path.index)
    if (integration === undefined) return []
    const payload = heartbeatOf(path, { ...world, nowMs })
    const row = {
      id: payload.idempotencyKey,
      payload,
      receiver: path.receiver,
      group_key: payload.groupKey,
      integration: path.integration,
      attempts: 1,
      memory: {},
    }
    const outcome = await attempt(row, notifierOf(integration), { ...world, notifierOf })
    const { receiver, index } = path
    const about = { receiver, integration: `${path.integration}[${index}]` }
    if (outcome.kind === 'failed')
      world.log.warn({ ...about, reason: outcome.reason }, 'A heartbeat was not taken')
    return [{ path, outcome }]
  }
  const lookEveryMs = Math.max(limits.lookEveryMsMin, Math.min(limits.lookEveryMs, everyMs / 4))
  return createLoop({ name: 'delivery heartbeats', everyMs: lookEveryMs, pass }, world)
}
