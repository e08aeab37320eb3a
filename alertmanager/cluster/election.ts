/**
 * Which of the instances on one machine hosts the store for all: the first that stands; among those
 * that start at once, the one with the least address. Nothing here does IO.
 */
import { type Clock, sleep } from '#lib/clock'

/** What an instance says of the host: nothing as long as it has none and grants nobody. */
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

const roundMs = 50

export function createElection(world: ElectionWorld): Election {
  const { clock, own, peers, claimAt, patienceMs } = world
  let host: string | undefined
  const round = async (isPatient: boolean) => {
    const told = await Promise.all(peers.map(claimAt))
    if (host !== undefined) return // Granted to another meanwhile.
    const present = told.filter((one) => typeof one === 'object')
    const other = present.find((one) => one.host !== undefined && one.host !== own)
    if (other !== undefined) host = other.host
    else if (present.every((one) => one.host === own) && !(isPatient && told.includes('unclear')))
      host = own
  }
  return {
    hear(claimant) {
      if (host === undefined && peers.includes(claimant) && claimant < own) host = claimant
      return { host }
    },
    async decide(signal) {
      const startedMs = clock.monotonicMs()
      for (;;) {
        signal.throwIfAborted()
        await round(clock.monotonicMs() - startedMs < patienceMs)
        if (host !== undefined) return host
        await sleep(clock, roundMs, signal)
      }
    },
    forget() {
      host = undefined
    },
  }
}
