/** Compares passwords with bcrypt hashes on a thread of its own: one takes a tenth of a second. */
import { parentPort } from 'node:worker_threads'
import { compareSync } from 'bcryptjs'

export interface Question {
  readonly id: number
  readonly password: string
  readonly hash: string
}

export interface Answer {
  readonly id: number
  readonly isRight: boolean
}

parentPort?.on('message', ({ id, password, hash }: Question) => {
  const answer: Answer = { id, isRight: compareSync(password, hash) }
  parentPort?.postMessage(answer)
})
