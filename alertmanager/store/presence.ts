/**
 * Whether the store is there. Who finds that it does not answer says so, and a look now and then
 * finds out when nobody asks it anything. It counts as back only when what was done without it has
 * been told to it: until then nothing is claimed, and so nothing is told twice.
 */
import { sql } from 'kysely'
import { messageOf } from '#lib/errors'
import { createLoop, type Loop } from '#lib/loop'
import { within } from '#lib/timeout'
import type { World } from '../world.ts'

export interface Presence {
  readonly loop: Loop
  readonly isAway: boolean
  /** For how long; 0: it is there. */
  awayForMs(): number
  /** What was wrong when it was last asked. */
  readonly fault: unknown
  leave(error: unknown): void
  /** It has been opened. */
  opened(): void
  /** Runs what has to come first, where it has been away; rejects while that fails. */
  comeBack(): Promise<void>
  /** Runs when it goes, and when a return came to nothing. */
  onLeave(run: (error: unknown) => void): void
  /** Runs before it counts as back. */
  onReturn(run: () => Promise<void>): void
}

const limits = { lookEveryMs: 1000, patienceMs: 3000, tellEveryMs: 60_000 }

export function createPresence(world: World): Presence {
  const leavers: ((error: unknown) => void)[] = []
  const returners: (() => Promise<void>)[] = []
  let fault: unknown = new Error('the store is not open yet')
  let sinceMs = world.clock.monotonicMs()
  let isOpen = false
  let returning: Promise<void> | undefined

  // One with a full disk answers and takes nothing: it would be told to go and come all the time.
  let told = { like: '', atMs: Number.NEGATIVE_INFINITY }
  const tell = (error: string) => {
    const now = { like: error.replaceAll(/\d+/g, '#'), atMs: world.clock.monotonicMs() }
    if (now.like === told.like && now.atMs - told.atMs < limits.tellEveryMs) return
    told = now
    world.log.error({ error }, 'The store is away; alerts are kept on disk')
  }
  const leave = (error: unknown) => {
    const isNews = fault === undefined
    fault = error
    if (!isNews) return
    sinceMs = world.clock.monotonicMs()
    tell(messageOf(error))
    for (const run of leavers) run(error)
  }
  const comeBack = async () => {
    if (fault === undefined) return
    try {
      for (const run of returners) await run()
    } catch (error) {
      for (const run of leavers) run(error)
      throw error
    }
    fault = undefined
    world.log.info({}, 'The store is back')
  }
  const patience = { clock: world.clock, afterMs: limits.patienceMs, what: 'ask the store' }
  const look = async () => {
    if (!isOpen) return
    try {
      await within(patience, sql`select 1`.execute(world.db))
      await presence.comeBack()
    } catch (error) {
      leave(error)
    }
  }
  const presence: Presence = {
    loop: createLoop({ name: 'store', everyMs: limits.lookEveryMs, pass: look }, world),
    get isAway() {
      return fault !== undefined
    },
    awayForMs: () => (fault === undefined ? 0 : world.clock.monotonicMs() - sinceMs),
    get fault() {
      return fault
    },
    leave,
    opened() {
      isOpen = true
      fault = undefined
    },
    comeBack() {
      returning ??= comeBack().finally(() => {
        returning = undefined
      })
      return returning
    },
    onLeave: (run) => void leavers.push(run),
    onReturn: (run) => void returners.push(run),
  }
  return presence
}
