/** Looks again at firing alerts that could start no job when they were notified. */
import { createLoop, type Loop } from '#lib/loop'
import type { LoopsWorld } from './world.ts'

const alertsPerPass = 200

export function reactToAlerts(world: LoopsWorld): Loop {
  return createLoop(
    {
      name: 'react to alerts',
      everyMs: world.every.reactMs,
      pass: async () => void (await world.reactor.takeHeld(alertsPerPass)),
    },
    world,
  )
}
