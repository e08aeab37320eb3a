/** What everybody who plays a part in a simulated world has in hand. */
import type { Asked } from './ask.ts'
import type { Facts, Said } from './facts.ts'
import type { Plan } from './plan.ts'
import type { SimWorld } from './world.ts'

export interface Stage {
  readonly world: SimWorld
  readonly facts: Facts
  readonly plan: Plan
  at(ms: number, run: () => Promise<void> | void): void
  send(sending: Sending): void
}

export interface Sending {
  /** Gets the time of the first answer that says yes. */
  readonly said: Said
  readonly asked: Asked
  /** Of the machines that run. */
  readonly to: 'any' | 'all'
  /** Gets the answers, if there ever are any. */
  readonly onAnswer?: (body: string, status: number) => void
}
