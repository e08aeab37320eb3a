/**
 * The one writer of the map. Changes that wait become one epoch. An epoch is valid once a majority
 * of the disks that vote before and after it have it on stable storage.
 */
import { fault } from '#api/errors'
import { type Clock, sleep } from '#lib/clock'
import { type ClusterMap, isQuorum, strikeOff, votersOf } from './cluster-map.ts'

export type MapWriter = (map: ClusterMap) => Promise<void>

export interface KeeperOptions {
  readonly map: ClusterMap
  /** The highest epoch on any disk, valid or not. */
  readonly epochSeen: number
  readonly clock: Clock
  /** The disks that can be written now. */
  readonly writers: () => ReadonlyMap<string, MapWriter>
  readonly onChange: (map: ClusterMap) => void
  readonly onWriteError: (dataDiskId: string, error: unknown) => void
  readonly writeTimeoutMs: number
}

export interface MapKeeper {
  readonly current: ClusterMap
  /** Resolves when the change is durable; ENGINE_NO_QUORUM when it cannot be made so. */
  change(mutate: (map: ClusterMap) => ClusterMap): Promise<void>
}

interface Waiting {
  readonly mutate: (map: ClusterMap) => ClusterMap
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createMapKeeper(options: KeeperOptions): MapKeeper {
  let current = options.map
  let epochTried = options.epochSeen
  let waiting: Waiting[] = []
  let running = false

  const run = async () => {
    running = true
    while (waiting.length > 0) {
      const taken = waiting
      waiting = []
      await makeEpoch(taken)
    }
    running = false
  }

  const makeEpoch = async (taken: readonly Waiting[]) => {
    const { next, accepted } = applyAll(current, taken)
    if (next === current) return resolveAll(accepted)
    // Larger than any that was tried: a minority may hold one that never became valid.
    epochTried++
    const votersBefore = votersOf(current)
    const map = strikeOff({ ...next, epoch: epochTried, votersBefore })
    const answered = await writeToAll(map, options)
    const isValid = isQuorum(votersBefore, answered) && isQuorum(votersOf(map), answered)
    if (!isValid) {
      const needed = Math.floor(votersBefore.length / 2) + 1
      const details = { answering: answered.size, needed, all: votersBefore.length }
      for (const { reject } of accepted) reject(fault('ENGINE_NO_QUORUM', details))
      return
    }
    current = map
    options.onChange(map)
    resolveAll(accepted)
  }

  return {
    get current() {
      return current
    },
    change: (mutate) =>
      new Promise((resolve, reject) => {
        waiting.push({ mutate, resolve, reject })
        if (!running) void run()
      }),
  }
}

function applyAll(current: ClusterMap, taken: readonly Waiting[]) {
  const accepted: Waiting[] = []
  let next = current
  for (const each of taken) {
    try {
      next = each.mutate(next)
      accepted.push(each)
    } catch (error) {
      each.reject(error)
    }
  }
  return { next, accepted }
}

function resolveAll(accepted: readonly Waiting[]): void {
  for (const { resolve } of accepted) resolve()
}

/** Writes to every disk that can be; gives those that have it. */
async function writeToAll(map: ClusterMap, options: KeeperOptions): Promise<ReadonlySet<string>> {
  const answered = new Set<string>()
  const { clock, writeTimeoutMs, writers, onWriteError } = options
  await Promise.all(
    [...writers()].map(async ([id, write]) => {
      const patience = new AbortController()
      const timeout = sleep(clock, writeTimeoutMs, patience.signal).then(() => {
        if (!patience.signal.aborted) throw new Error(`no answer for ${writeTimeoutMs} ms`)
      })
      try {
        await Promise.race([write(map), timeout])
        answered.add(id)
      } catch (error) {
        onWriteError(id, error)
      } finally {
        patience.abort()
      }
    }),
  )
  return answered
}
