/**
 * Which of the instances on one machine hosts the store for all: the first that stands; among those
 * that start at once, the one with the least address. Nothing here does IO.
 */
import { type Clock, sleep } from '#lib/clock'

/** What an instance says: which one hosts, once that is certain. */
export interface Standing {
  readonly host?: string | undefined
}

export interface ElectionWorld {
  readonly clock: Clock
  readonly own: string
  /** The others that this instance was told of. */
  readonly peers: readonly string[]
  /**
   * Tells a peer that this instance would host, and brings what it says. `absent`: nobody listens
   * there. `unclear`: it may be there.
   */
  readonly claimAt: (peer: string) => Promise<Standing | 'absent' | 'unclear'>
  /** How long peers that stay unclear are waited for. */
  readonly patienceMs: number
}

export interface Election {
  /** The answer to a claim. */
  hear(claimant: string): Standing
  /** The address of the host, which may be the own one. */
  decide(signal: AbortSignal): Promise<string>
  /** The host that was decided on is not there. */
  forget(): void
}

const limits = { roundMs: 50, peers: 32 }

/**
 * Two never both host: of two that know each other, the later one to listen is answered by the
 * other. Either that hosts already, or the greater of the two yields and asks once more.
 */
export function createElection(world: ElectionWorld): Election {
  const { clock, own, claimAt, patienceMs } = world
  const peers = new Set(world.peers)
  let host: string | undefined
  let hasYielded = false
  const round = async (isPatient: boolean) => {
    hasYielded = false
    const asked = [...peers]
    const told = await Promise.all(asked.map(claimAt))
    const present = told.filter((one) => typeof one === 'object')
    const mustWait = told.some((one, i) =>
      typeof one === 'object' ? (asked[i] ?? '') < own : isPatient && one === 'unclear',
    )
    host = present.find((one) => one.host !== undefined)?.host
    if (host === undefined && !mustWait && !hasYielded) host = own
  }
  return {
    hear(claimant) {
      if (claimant !== own && peers.size < limits.peers) peers.add(claimant)
      if (claimant < own) hasYielded = true
      return { host }
    },
    async decide(signal) {
      const startedMs = clock.monotonicMs()
      for (;;) {
        signal.throwIfAborted()
        await round(clock.monotonicMs() - startedMs < patienceMs)
        if (host !== undefined) return host
        await sleep(clock, limits.roundMs, signal)
      }
    },
    forget() {
      host = undefined
    },
  }
}
