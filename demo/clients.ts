/**
 * Clients that write while the disk dies. Each remembers the checksum of what was acknowledged, and
 * nothing else: an answer that never came promises nothing.
 */
import { createHash } from 'node:crypto'
import { type Clock, sleep } from '#lib/clock'
import type { Random } from '#lib/random'

export interface Clients {
  start(): void
  /** Lets the writes under way end. */
  stop(): Promise<void>
  readonly acknowledged: ReadonlyMap<string, string>
  readonly retries: () => number
  readonly bytesWritten: () => number
  /** Reads every acknowledged object back; the keys that are missing or differ. */
  readBack(): Promise<readonly string[]>
}

export interface ClientsWorld {
  /** `http://host:port/v1/pools/<pool>/objects` */
  readonly url: string
  readonly token: () => string
  readonly clock: Clock
  readonly random: Random
  readonly writers: number
  readonly objectBytes: number
}

export function createClients(world: ClientsWorld): Clients {
  const acknowledged = new Map<string, string>()
  const stopping = new AbortController()
  let running: Promise<unknown> = Promise.resolve()
  let retries = 0
  const writer = async (name: string) => {
    for (let i = 0; !stopping.signal.aborted; i++) {
      const body = contentOf(world)
      const key = `${name}/${String(i).padStart(6, '0')}`
      while (!(await put(world, key, body)) && !stopping.signal.aborted) {
        retries += 1
        await sleep(world.clock, 200, stopping.signal)
      }
      if (!stopping.signal.aborted) acknowledged.set(key, sha256(body))
      await sleep(world.clock, 40, stopping.signal)
    }
  }
  return {
    acknowledged,
    retries: () => retries,
    bytesWritten: () => acknowledged.size * world.objectBytes,
    start() {
      running = Promise.all(Array.from({ length: world.writers }, (_, i) => writer(`writer-${i}`)))
    },
    async stop() {
      stopping.abort()
      await running
    },
    readBack: () => readBack(world, acknowledged),
  }
}

async function readBack(
  world: ClientsWorld,
  acknowledged: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const lost: string[] = []
  for (const [key, checksum] of acknowledged) {
    const answer = await fetch(`${world.url}/${key}`, { headers: authorised(world) })
    const body = Buffer.from(await answer.arrayBuffer())
    if (!answer.ok || sha256(body) !== checksum) lost.push(`${key}: ${answer.status}`)
  }
  return lost
}

async function put(world: ClientsWorld, key: string, body: Buffer): Promise<boolean> {
  try {
    const answer = await fetch(`${world.url}/${key}`, {
      method: 'PUT',
      headers: authorised(world),
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(10_000),
    })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false // Refused or cut off: not acknowledged, so it is written again.
  }
}

function contentOf({ random, objectBytes }: ClientsWorld): Buffer {
  return Buffer.from(random.hex(16).repeat(objectBytes / 32))
}

const authorised = ({ token }: ClientsWorld) => ({ Authorization: `Bearer ${token()}` })
const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex')
