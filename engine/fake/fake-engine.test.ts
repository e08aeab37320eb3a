import { systemClock } from '#lib/clock'
import { conformance } from '../engine.conformance.ts'
import { createFakeEngine } from './fake-engine.ts'

conformance('the fake engine', async (dataDisks) => {
  const engine = createFakeEngine(dataDisks, systemClock)
  return {
    engine,
    lose: async (id) => engine.lose(id),
    bringBack: async (id) => engine.bringBack(id),
    close: () => engine.close(),
  }
})
