/** The claims that this process holds: renewed while it lives, given back when it ends. */
import { createLoop, type Loop } from '#lib/loop'
import type { World } from '../world.ts'
import { type ClaimedRow, leaseMs, releaseLeases, renewEveryMs, renewLeases } from './delivery.ts'

export interface Leases {
  readonly loop: Loop
  /** Claimed, and waiting for its turn. */
  taken(row: ClaimedRow): void
  /** Whether the claim certainly stands; if not it is forgotten, and another has to be made. */
  isHeld(row: ClaimedRow): boolean
  begun(row: ClaimedRow): void
  ended(row: ClaimedRow): void
  /** How many were begun and have not ended. */
  readonly underWay: number
  /** Gives back what was never begun. */
  close(): Promise<void>
}

export function createLeases(world: World): Leases {
  const waiting = new Map<ClaimedRow, number>()
  const underWay = new Set<ClaimedRow>()
  const renew = async () => {
    const nowMs = world.clock.nowMs()
    const rows = [...waiting.keys()]
    await renewLeases(world.db, [...rows, ...underWay], nowMs)
    for (const row of rows) if (waiting.has(row)) waiting.set(row, nowMs + leaseMs)
  }
  const loop = createLoop({ name: 'alert leases', everyMs: renewEveryMs, pass: renew }, world)
  return {
    loop,
    taken: (row) => void waiting.set(row, row.leased_until?.getTime() ?? 0),
    isHeld(row) {
      const untilMs = waiting.get(row) ?? 0
      waiting.delete(row)
      return untilMs > world.clock.nowMs() + renewEveryMs
    },
    begun: (row) => void underWay.add(row),
    ended: (row) => void underWay.delete(row),
    get underWay() {
      return underWay.size
    },
    async close() {
      await loop.close()
      // Where the store is away they run out by themselves.
      await releaseLeases(world.db, [...waiting.keys()]).catch(() => {})
    },
  }
}
