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
  /** Requests, those that were not taken included. */
  readonly attempts: () => number
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export async function openReceiver(first: Behaviour = {}): Promise<Receiver> {
  const told: Told[] = []
  let behaviour = first
  let attempts = 0
  const mayPass = createLimit()
  const server = createServer({ keepAliveTimeout: 120_000 }, async (request, response) => {
    attempts++
    if (behaviour.isDown) return void request.socket.destroy()
    const text = await textOf(request)
    const atMs = momentMs()
    if (!mayPass(behaviour.perSecond, atMs)) return refuse(response)
    told.push({ ...readNotification(text), atMs })
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
  const { groupLabels, alerts, status, idempotencyKey }: Partial<Notification> = JSON.parse(text)
  return {
    n: Number(groupLabels?.n),
    alerts: alerts?.length ?? 0,
    status: status ?? 'firing',
    key: idempotencyKey,
  }
}

export interface Repeats {
  /** Notifications of the same state of a group beyond its first. */
  readonly all: number
  /** Those of them that carry the key of an earlier one: a receiver can drop them. */
  readonly marked: number
}

export function repeatsOf(told: readonly Told[]): Repeats {
  const states = new Set<string>()
  const keys = new Set<string>()
  let [all, marked] = [0, 0]
  for (const { n, status, key } of told) {
    const state = `${n} ${status}`
    if (states.has(state)) all++
    if (key !== undefined && keys.has(key)) marked++
    states.add(state)
    if (key !== undefined) keys.add(key)
  }
  return { all, marked }
}

/** Numbers of the groups of which that was told. */
export const groupsTold = (told: readonly Told[], wanted: Told['status'] = 'firing') =>
  new Set(told.filter(({ status }) => status === wanted).map(({ n }) => n))
