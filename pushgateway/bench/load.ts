/** Pushes as fast as they are answered, or at a given pace, and what that took. */
import { sleep, systemClock } from '#lib/clock'
import { type Connection, openConnection } from '#test/load/connection'

export interface Load {
  readonly port: number
  readonly connections: number
  /** The request of number 0, 1, 2 …; undefined: there are no more. */
  readonly request: (number: number) => Buffer | undefined
  /** No request is begun after it. */
  readonly forMs: number
}

export interface LoadResult {
  readonly acknowledged: number
  readonly refused: number
  /** Sent, and never answered. */
  readonly unanswered: number
  readonly tookMs: number
  /** Sorted. */
  readonly latenciesMs: readonly number[]
}

/** Every connection has `depth` requests under way, always. */
export async function pushFlat(load: Load & { depth?: number }): Promise<LoadResult> {
  const { request, forMs, depth = 1 } = load
  const tally = createTally()
  const endMs = systemClock.monotonicMs() + forMs
  const sendNext = (connection: Connection | undefined) => {
    if (systemClock.monotonicMs() >= endMs) return
    const bytes = request(tally.sent)
    if (bytes !== undefined) tally.send(connection, bytes)
  }
  const connections = await openAll(load, tally, sendNext)
  for (let i = 0; i < depth; i++) for (const connection of connections) sendNext(connection)
  return tally.end(connections, endMs + patienceMs)
}

/** `perSecond` requests, sent when they are due, whether or not earlier ones were answered. */
export async function pushPaced(load: Load & { perSecond: number }): Promise<LoadResult> {
  const { request, forMs, perSecond } = load
  const tally = createTally()
  const connections = await openAll(load, tally)
  const startMs = systemClock.monotonicMs()
  for (let more = true; more; ) {
    const nowMs = systemClock.monotonicMs()
    for (;;) {
      const dueMs = startMs + (tally.sent * 1000) / perSecond
      if (dueMs > nowMs) break
      const bytes = dueMs < startMs + forMs ? request(tally.sent) : undefined
      more = bytes !== undefined && tally.isAlive()
      if (bytes === undefined || !more) break
      tally.send(connections[tally.sent % connections.length], bytes, dueMs)
    }
    await sleep(systemClock, 2)
  }
  return tally.end(connections, startMs + forMs + patienceMs)
}

/** The share `part` of the sorted values is not above it. */
export function quantile(sorted: readonly number[], part: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
}

function openAll(
  { port, connections }: Load,
  tally: Tally,
  sendNext: (connection: Connection | undefined) => void = () => {},
): Promise<Connection[]> {
  const open = async () => {
    const connection: Connection = await openConnection(port, {
      answered(status, tookMs) {
        tally.answered(status, tookMs)
        sendNext(connection)
      },
      ended: tally.ended,
    })
    return connection
  }
  return Promise.all(Array.from({ length: connections }, open))
}

type Tally = ReturnType<typeof createTally>

const patienceMs = 10_000

function createTally() {
  const startMs = systemClock.monotonicMs()
  const latenciesMs: number[] = []
  let [sent, acknowledged, refused, isCut, lastMs] = [0, 0, 0, false, startMs]
  return {
    get sent() {
      return sent
    },
    isAlive: () => !isCut,
    send(connection: Connection | undefined, bytes: Buffer, fromMs?: number) {
      sent++
      connection?.send(bytes, fromMs)
    },
    answered(status: number, tookMs: number) {
      if (status <= 202) acknowledged++
      else refused++
      lastMs = systemClock.monotonicMs()
      latenciesMs.push(tookMs)
    },
    /** A connection that is gone: the process is. */
    ended() {
      isCut = true
    },
    /** Waits for the answers that are still to come. With none under way nothing more is sent. */
    async end(connections: readonly Connection[], untilMs: number): Promise<LoadResult> {
      while (latenciesMs.length < sent && !isCut && systemClock.monotonicMs() < untilMs)
        await sleep(systemClock, 1)
      const unanswered = sent - latenciesMs.length
      for (const connection of connections) connection.close()
      latenciesMs.sort((a, b) => a - b)
      const tookMs = lastMs - startMs
      return { acknowledged, refused, unanswered, tookMs, latenciesMs }
    },
  }
}
