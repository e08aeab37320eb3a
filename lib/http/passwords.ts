/**
 * Checks passwords against bcrypt hashes, off the event loop, one after the other. What was checked
 * is remembered by a keyed hash of user, password and bcrypt hash, so that a client pays once.
 */
import { hash as hashOf, randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { faultsOf } from '../errors.ts'
import type { Answer, Question } from './password-worker.ts'

const passwordFault = faultsOf({
  PASSWORDS_BUSY: {
    status: 503,
    retry: true,
    message: 'Cannot check the password: {waiting} wait already; try again in a second',
  },
})

export interface Credentials {
  readonly user: string
  readonly password: string
}

export interface Passwords {
  /** At once where the answer is known. A user without a hash takes as long, and is refused. */
  check(given: Credentials, hash: string | undefined): boolean | Promise<boolean>
  close(): Promise<void>
}

/** Of a password that nobody has: a guess at an unknown user takes as long as at a known one. */
const nobodysHash = '$2b$10$n6ZX8mtRVn1kaP5wQTmKqeCnk6dr0lhPjSuY6d98XWP0XESoBaR6O'

const knownMax = 1000
const waitingMax = 100

export function createPasswords(): Passwords {
  const secret = randomBytes(32).toString('hex')
  // Apart, so that guesses do not push out those who know their password.
  const right = createMemory(knownMax)
  const wrong = createMemory(knownMax)
  const waiting = new Map<string, Promise<boolean>>()
  const worker = createWorker()
  return {
    check({ user, password }, hash) {
      const key = keyOf(secret, [user, password, hash])
      if (right.has(key)) return true
      if (wrong.has(key)) return false
      const asked = waiting.get(key)
      if (asked !== undefined) return asked
      if (waiting.size >= waitingMax)
        throw passwordFault('PASSWORDS_BUSY', { waiting: waiting.size })
      const answer = worker
        .ask(password, hash ?? nobodysHash)
        .then((matches) => {
          const isRight = matches && hash !== undefined
          const memory = isRight ? right : wrong
          memory.add(key)
          return isRight
        })
        .finally(() => waiting.delete(key))
      waiting.set(key, answer)
      return answer
    },
    close: () => worker.close(),
  }
}

/** What is in memory tells nobody a password: the secret ends with the process. */
function keyOf(secret: string, parts: readonly (string | undefined)[]): string {
  return hashOf('sha256', secret + JSON.stringify(parts), 'base64')
}

/** Forgets what was asked for the longest time ago. */
function createMemory(sizeMax: number) {
  const keys = new Set<string>()
  return {
    has(key: string): boolean {
      if (!keys.delete(key)) return false
      keys.add(key)
      return true
    },
    add(key: string): void {
      const [oldest] = keys
      if (keys.size >= sizeMax && oldest !== undefined) keys.delete(oldest)
      keys.add(key)
    },
  }
}

interface Waiting {
  readonly resolve: (isRight: boolean) => void
  readonly reject: (error: unknown) => void
}

/** The thread begins with the first question, and begins anew when it has died. */
function createWorker() {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let last = 0
  const start = (): Worker => {
    const begun = new Worker(new URL('./password-worker.ts', import.meta.url))
    begun.unref()
    begun.on('message', ({ id, isRight }: Answer) => {
      waiting.get(id)?.resolve(isRight)
      waiting.delete(id)
    })
    const fail = (error: unknown) => {
      if (thread === begun) thread = undefined
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    begun.on('error', fail)
    begun.on('exit', () => fail(new Error('The thread that checks passwords ended')))
    return begun
  }
  return {
    ask(password: string, hash: string): Promise<boolean> {
      thread ??= start()
      const question: Question = { id: ++last, password, hash }
      return new Promise((resolve, reject) => {
        waiting.set(question.id, { resolve, reject })
        thread?.postMessage(question)
      })
    },
    async close(): Promise<void> {
      await thread?.terminate()
    },
  }
}
