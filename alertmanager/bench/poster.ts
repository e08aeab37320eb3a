/** The client: a process of its own, so that its work is not on the thread that receives. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AlertWave, Wave } from './workload.ts'

export interface Order {
  readonly port: number
  readonly wave: Wave
  readonly connections: number
  /** Requests; absent: the next one follows each answer. */
  readonly perSecond?: number
}

/** By the number of the request. Times are moments; undefined: it was not. */
export interface Posted {
  readonly sentAtMs: readonly (number | undefined)[]
  readonly acknowledgedAtMs: readonly (number | undefined)[]
  readonly tookMs: number
}

export interface Poster {
  /** Ends when all is answered, or the server is gone. Nothing is ever sent again. */
  post(order: Order): Promise<Posted>
  close(): Promise<void>
}

export interface Ask {
  readonly id: number
  readonly order: Order
}

export interface Reply {
  readonly id: number
  readonly posted: Posted
}

export function openPoster(): Poster {
  const child = fork(fileURLToPath(new URL('./poster-program.ts', import.meta.url)))
  const waiting = new Map<number, (posted: Posted) => void>()
  let lastId = 0
  child.on('message', (message) => {
    const { id, posted } = message as Reply // Our own program says nothing else.
    waiting.get(id)?.(posted)
    waiting.delete(id)
  })
  return {
    post(order) {
      const ask: Ask = { id: ++lastId, order }
      return new Promise((resolve) => {
        waiting.set(ask.id, resolve)
        child.send(ask)
      })
    },
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** The alerts whose posts were answered with success, by their number. */
export function acknowledgedOf(wave: AlertWave, { acknowledgedAtMs }: Posted): number[] {
  const { from = 0, count, batch } = wave
  return Array.from({ length: count }, (_, i) => from + i).filter(
    (n) => acknowledgedAtMs[Math.floor((n - from) / batch)] != null,
  )
}
