/** The receivers, behind a `fetch` that is passed in, and the record of what they took. */
import type { Notification } from '#api/alert'
import type { Clock } from '#lib/clock'

/** How a receiver is. It takes the message where the word says so. */
export type Mood =
  | { readonly kind: 'up' }
  /** Takes it, and answers that late. */
  | { readonly kind: 'slow'; readonly afterMs: number }
  /** Nobody listens. */
  | { readonly kind: 'down' }
  /** Never answers, and takes nothing. */
  | { readonly kind: 'hangs' }
  | { readonly kind: 'refuses'; readonly status: number; readonly retryAfterS?: number }
  /** Takes it, and dies before it answers. */
  | { readonly kind: 'dies'; readonly speaks: boolean }

export interface Taken {
  readonly atMs: number
  /** The path of its address: `/r1/0`. */
  readonly where: string
  readonly machine: string
  readonly notification: Notification
  /** Set once the answer is with the sender. */
  answeredMs?: number
}

export interface Network {
  readonly taken: readonly Taken[]
  setMood(receiver: string, mood: Mood): void
  /** The way out of one machine. */
  fetchFor(machine: MachineOnNetwork): typeof fetch
}

export interface MachineOnNetwork {
  readonly name: string
  readonly clock: Clock
  readonly isAlive: () => boolean
  /** Asked when something is sent or answered: false: the machine is gone. */
  readonly passes: () => boolean
}

export function createNetwork(): Network {
  const taken: Taken[] = []
  const moods = new Map<string, Mood>()
  const moodAt = (where: string) => moods.get(where.split('/')[1] ?? '') ?? { kind: 'up' }
  return {
    taken,
    setMood: (receiver, mood) => void moods.set(receiver, mood),
    fetchFor: (machine) => async (input, init) => {
      const where = new URL(String(input)).pathname
      const mood = moodAt(where)
      if (!machine.passes()) return forever()
      const entry = takes(mood) ? note(taken, where, machine, init) : undefined
      const answer = await aborting(answerOf(mood, machine.clock), init?.signal ?? undefined)
      if (!machine.passes()) return forever()
      if (entry !== undefined) entry.answeredMs = machine.clock.nowMs()
      return answer
    },
  }
}

const forever = () => new Promise<never>(() => {})
const takes = ({ kind }: Mood) => kind === 'up' || kind === 'slow' || kind === 'dies'

function note(
  taken: Taken[],
  where: string,
  { name, clock }: MachineOnNetwork,
  init: RequestInit | undefined,
): Taken {
  const notification: Notification = JSON.parse(String(init?.body))
  const entry: Taken = { atMs: clock.nowMs(), where, machine: name, notification }
  taken.push(entry)
  return entry
}

async function answerOf(mood: Mood, clock: Clock): Promise<Response> {
  switch (mood.kind) {
    case 'up':
      return new Response('ok')
    case 'slow':
      await new Promise<void>((resolve) => clock.after(mood.afterMs, resolve))
      return new Response('ok')
    case 'refuses': {
      const { status, retryAfterS } = mood
      const headers = retryAfterS === undefined ? {} : { 'Retry-After': String(retryAfterS) }
      return new Response('not now', { status, headers })
    }
    case 'hangs':
      return forever()
    case 'dies':
      if (!mood.speaks) return forever()
      throw broken('ECONNRESET')
    case 'down':
      throw broken('ECONNREFUSED')
  }
}

const broken = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })

function aborting<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    answer.then(resolve, reject)
  })
}
