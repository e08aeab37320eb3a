/** A webhook that notes what it is told, and answers late, never, or not now, as a row wants it. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Notification } from '#api/alert'
import { systemClock } from '#lib/clock'
import { momentMs } from './moment.ts'

/** One notification that was taken. */
export interface Told {
  /** Label `n` of its group, where groups are by `n`. */
  readonly n: number
  readonly alerts: number
  readonly status: 'firing' | 'resolved'
  /** None from the original. */
  readonly key: string | undefined
  /** Ours says so where nobody can know. */
  readonly isPossibleRepeat: boolean
  readonly atMs: number
}

export interface Behaviour {
  /** Before each answer. */
  readonly takesMs?: number
  /** More than that in any second are answered with 429 and `Retry-After: 1`. */
  readonly perSecond?: number
  /** Connections are cut. */
  readonly isDown?: boolean
}

export interface Receiver {
  readonly url: string
  readonly told: readonly Told[]
  /** Groups whose connection was cut. */
  readonly cut: ReadonlySet<number>
  /** Requests, those that were not taken included. */
  readonly attempts: () => number
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export async function openReceiver(first: Behaviour = {}): Promise<Receiver> {
  const told: Told[] = []
  const cut = new Set<number>()
  let behaviour = first
  let attempts = 0
  const mayPass = createLimit()
  const server = createServer({ keepAliveTimeout: 120_000 }, async (request, response) => {
    attempts++
    const read = readNotification(await textOf(request))
    const atMs = momentMs()
    if (behaviour.isDown) {
      cut.add(read.n)
      return void request.socket.destroy()
    }
    if (!mayPass(behaviour.perSecond, atMs)) return refuse(response)
    told.push({ ...read, atMs })
    const answer = () => void response.writeHead(200).end()
    if (behaviour.takesMs === undefined) answer()
    else systemClock.after(behaviour.takesMs, answer)
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    told,
    cut,
    attempts: () => attempts,
    behave(next) {
      behaviour = next
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function createLimit() {
  let recentMs: number[] = []
  return (perSecond: number | undefined, nowMs: number): boolean => {
    if (perSecond === undefined) return true
    recentMs = recentMs.filter((ms) => ms > nowMs - 1000)
    if (recentMs.length >= perSecond) return false
    recentMs.push(nowMs)
    return true
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(429, { 'Retry-After': '1' }).end()
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function readNotification(text: string): Omit<Told, 'atMs'> {
  const { groupLabels, alerts, status, idempotencyKey, possibleRepeat }: Partial<Notification> =
    JSON.parse(text)
  return {
    n: Number(groupLabels?.n),
    alerts: alerts?.length ?? 0,
    status: status ?? 'firing',
    key: idempotencyKey,
    isPossibleRepeat: possibleRepeat === true,
  }
}

export interface Repeats {
  /** Beyond the first notification of the same state of a group. */
  readonly all: number
  /** Those of them that a receiver can tell: by the key of an earlier one, or by what they say. */
  readonly marked: number
  /** The others. */
  readonly unmarked: readonly Told[]
}

export function repeatsOf(told: readonly Told[]): Repeats {
  const states = new Set<string>()
  const keys = new Set<string>()
  const unmarked: Told[] = []
  let all = 0
  for (const one of told) {
    const { n, status, key, isPossibleRepeat } = one
    const state = `${n} ${status}`
    const isKnown = isPossibleRepeat || (key !== undefined && keys.has(key))
    if (states.has(state)) all++
    if (states.has(state) && !isKnown) unmarked.push(one)
    states.add(state)
    if (key !== undefined) keys.add(key)
  }
  return { all, marked: all - unmarked.length, unmarked }
}

/** Numbers of the groups of which that was told. */
export const groupsTold = (told: readonly Told[], wanted: Told['status'] = 'firing') =>
  new Set(told.filter(({ status }) => status === wanted).map(({ n }) => n))
