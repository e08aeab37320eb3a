import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import { conformance } from '../engine.conformance.ts'
import { createMemoryFileSystem } from './device/fake/memory-file-system.ts'
import { openEmbeddedEngine } from './embedded-engine.ts'

conformance('the embedded engine', async (dataDisks) => {
  const random = seededRandom(1)
  const fileSystem = createMemoryFileSystem(random)
  const world = { clock: systemClock, random, log: silentLog, fileSystem, probeEveryMs: 20 }
  const engine = await openEmbeddedEngine({ dataDisks, ...world, segmentBytes: 64 * 1024 })
  return {
    engine,
    lose: async (id) => fileSystem.vanish(`/disks/${id}`),
    bringBack: async (id) => fileSystem.restore(`/disks/${id}`),
    close: () => engine.close(),
  }
})
