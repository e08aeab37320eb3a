/**
 * How instances on one machine, which were given no PostgreSQL, come to share one: they ask each
 * other on the cluster's port who hosts it, and learn its URL. The port is bound to loopback.
 */
import { fault } from '#api/errors'
import { type Clock, sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { readJson, sendJson } from '#lib/http/message'
import { openHttp } from '#lib/http/server'
import type { Log } from '#lib/log'
import { isLoopback, joined, parseHostPort } from './addresses.ts'
import { createElection, type Standing } from './election.ts'

export interface Meeting {
  /** `127.0.0.1:9094`, with the port that was really taken. */
  readonly address: string
  /** The URL of the shared store. `open` is called where this instance is the one to host it. */
  storeUrl(open: () => Promise<string>): Promise<string>
  close(): Promise<void>
}

export interface MeetingOptions {
  readonly port: number
  /** Loopback addresses; the own one may be among them. */
  readonly peers: readonly string[]
  readonly patienceMs: number
  readonly clock: Clock
  readonly log: Log
}

const limits = { askMs: 1000, bodyBytes: 4096, pollMs: 50, silentMs: 3000, storeMs: 60_000 }

interface Answer extends Standing {
  readonly storeUrl?: string
}

export async function openMeeting(options: MeetingOptions): Promise<Meeting> {
  const { clock, log, patienceMs } = options
  const closing = new AbortController()
  let hear: (claimant: string) => Answer = () => ({})
  const server = await openHttp(
    {
      name: 'the cluster',
      address: `127.0.0.1:${options.port}`,
      flag: '--cluster.listen-address',
    },
    (request, response) => {
      readJson(request, limits.bodyBytes)
        .then((body) => sendJson(response, 200, hear(claimantIn(body))))
        .catch((error) => sendJson(response, 400, { message: messageOf(error) }))
    },
  )
  const own = `127.0.0.1:${server.port}`
  const peers = options.peers.filter((peer) => peer !== own)
  const ask = (peer: string) => claim(own, peer)
  const election = createElection({ own, peers, claimAt: ask, patienceMs, clock })
  let storeUrl: string | undefined
  hear = (claimant) => {
    const standing = election.hear(claimant)
    return storeUrl === undefined ? standing : { ...standing, storeUrl }
  }
  const follow = (host: string) => urlFrom(host, { ask, clock, signal: closing.signal })
  return {
    address: own,
    async storeUrl(open) {
      const startedMs = clock.monotonicMs()
      while (clock.monotonicMs() - startedMs < limits.storeMs) {
        const host = await election.decide(closing.signal)
        storeUrl = host === own ? await open() : await follow(host)
        if (storeUrl === undefined) election.forget()
        else {
          log.info({ host, isOwn: host === own }, 'The store of the cluster is found')
          return storeUrl
        }
      }
      throw fault('CLUSTER_STORE_MISSING', { peers: peers.join(', ') })
    },
    async close() {
      closing.abort()
      await server.close()
    },
  }
}

function claimantIn(body: unknown): string {
  const found = typeof body === 'object' && body !== null && 'address' in body ? body.address : ''
  const { host, port } = parseHostPort(String(found))
  if (!isLoopback(host)) throw fault('CLUSTER_PEER_FAR', { peer: String(found) })
  return joined({ host, port })
}

async function claim(own: string, peer: string): Promise<Answer | 'absent' | 'unclear'> {
  try {
    const response = await fetch(`http://${peer}/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify({ address: own }),
      signal: AbortSignal.timeout(limits.askMs),
    })
    return response.ok ? ((await response.json()) as Answer) : 'unclear' // Of our own kind.
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } } // fetch keeps the reason there.
    return cause?.code === 'ECONNREFUSED' ? 'absent' : 'unclear'
  }
}

interface Following {
  readonly ask: (peer: string) => Promise<Answer | 'absent' | 'unclear'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Undefined: the host is gone, or its store did not come in time. */
async function urlFrom(host: string, world: Following): Promise<string | undefined> {
  const { ask, clock, signal } = world
  const startedMs = clock.monotonicMs()
  let heardMs = startedMs
  for (;;) {
    const answer = await ask(host)
    const nowMs = clock.monotonicMs()
    if (typeof answer === 'object') {
      if (answer.storeUrl !== undefined) return answer.storeUrl
      heardMs = nowMs
    }
    if (nowMs - heardMs > limits.silentMs || nowMs - startedMs > limits.storeMs) return undefined
    await sleep(clock, limits.pollMs, signal)
  }
}
