/** Keeps a claim alive while work goes on, and tells the work when it must stop. */
import { type Clock, sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Claim, JobRow, Jobs } from './jobs.ts'
import { LeaseLost } from './jobs.ts'

export interface HoldWorld {
  readonly jobs: Jobs
  readonly clock: Clock
  readonly log: Log
  readonly leaseMs: number
}

/** Runs `work` while renewing the claim; `onRenewed` sees the row each time. */
export async function hold<T>(
  claim: Claim,
  world: HoldWorld,
  {
    work,
    onRenewed,
  }: { work: (lost: AbortSignal) => Promise<T>; onRenewed: (job: JobRow) => unknown },
): Promise<T> {
  const lost = new AbortController()
  const done = new AbortController()
  const renewing = renewUntil(done.signal, { claim, world, lost, onRenewed })
  try {
    return await work(lost.signal)
  } finally {
    done.abort()
    await renewing
  }
}

interface Renewing {
  readonly claim: Claim
  readonly world: HoldWorld
  readonly lost: AbortController
  readonly onRenewed: (job: JobRow) => unknown
}

async function renewUntil(done: AbortSignal, renewing: Renewing): Promise<void> {
  const { claim, world, lost, onRenewed } = renewing
  let heldMs = world.clock.monotonicMs()
  for (;;) {
    await sleep(world.clock, world.leaseMs / 3, done)
    if (done.aborted) return
    const askedMs = world.clock.monotonicMs()
    try {
      onRenewed(await world.jobs.renew(claim, world.leaseMs))
      heldMs = askedMs
    } catch (error) {
      if (error instanceof LeaseLost) return lost.abort(error)
      world.log.warn({ job: claim.job.id, error: messageOf(error) }, 'Cannot renew the lease')
      // Nobody else may work on the job before the lease ends, nor we after it.
      if (askedMs - heldMs >= world.leaseMs) return lost.abort(error)
    }
  }
}
