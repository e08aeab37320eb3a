/**
 * Simulated days of an alertmanager: random alerts, silences, reloads, crashes and outages against
 * a naive model: `npm run sim alertmanager/sim -- --seed=1 --count=20`.
 */
import { runSocket } from '#test/environment'
import { openRun } from '#test/run'
import { runSeed } from './run.ts'

export interface SimRun {
  readonly seed: number
  /** How many days, each with a seed of its own: the first one, and those that follow it. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
}

export async function fuzz({ seed, count = 10, say }: SimRun): Promise<void> {
  const run = runSocket() === undefined ? await openRun() : undefined
  try {
    for (let day = 0; day < count; day++) {
      const facts = await runSeed({ seed: seed + day, hours: 24, shrinks: 60 })
      say(`seed ${seed + day}: ${facts.taken.length} notifications, as promised`)
    }
  } finally {
    await run?.close()
  }
}
