/** Three nodes, sent the same alerts: one notification each, and soon if one of them dies. */
import { sleep, systemClock } from '#lib/clock'
import { groupsTold, repeatsOf } from '../receiver.ts'
import {
  byAlert,
  cpuOf,
  delaysMs,
  onStage,
  quantile,
  type Row,
  type Scene,
  settled,
  singles,
} from '../row.ts'
import { atMost, type Figure, none } from '../table.ts'
import type { AlertWave } from '../workload.ts'

const nodes = 3
const route = `${byAlert}, group_wait: 1s, group_interval: 1h`

const killedCount = 300
const killedDuplicates: Figure = {
  name: `3 nodes, first one killed: duplicates of ${killedCount}`,
  unit: '',
  goal: none,
}
const killedUntold: Figure = { name: 'the same, never told', unit: '', goal: none }
const killedDelay: Figure = { name: 'the same, post → webhook p50', unit: 's', goal: atMost(2) }
const killedMarked: Figure = { name: 'the same, marked repeats', unit: '' }

export const firstKilled: Row = {
  name: 'first-killed',
  rounds: 1,
  figures: [killedDuplicates, killedMarked, killedUntold, killedDelay],
  measure: (course) =>
    onStage(course, { route, nodes }, async (scene) => {
      const wave = singles('Peers', killedCount)
      const [posted] = await postToAll(scene, wave)
      await scene.nodes[0]?.kill()
      await allTold(scene, killedCount)
      const { unmarked, marked } = repeatsOf(scene.receiver.told)
      const delays = delaysMs(wave, posted?.sentAtMs ?? [], scene.receiver.told)
      const untold = killedCount - groupsTold(scene.receiver.told).size
      return new Map([
        [killedDuplicates.name, { value: unmarked.length }],
        [killedMarked.name, { value: marked }],
        [killedUntold.name, { value: untold }],
        [killedDelay.name, { value: quantile(delays, 0.5) / 1000 }],
      ])
    }),
}

const healthyCount = 3000
const healthyDuplicates: Figure = {
  name: `3 healthy nodes: duplicates of ${healthyCount}`,
  unit: '',
  goal: none,
}
const healthyMarked: Figure = { name: 'the same, marked repeats', unit: '' }

export const healthy: Row = {
  name: 'healthy',
  rounds: 1,
  figures: [healthyDuplicates, healthyMarked],
  measure: (course) =>
    onStage(course, { route, nodes }, async (scene) => {
      const wave = singles('Peers', healthyCount, { batch: 50 })
      const spent = await cpuOf(scene, async () => {
        await postToAll(scene, wave)
        await allTold(scene, healthyCount)
      })
      const { unmarked, marked } = repeatsOf(scene.receiver.told)
      const cpu = { spent, operations: healthyCount }
      return new Map([
        [healthyDuplicates.name, { value: unmarked.length, cpu }],
        [healthyMarked.name, { value: marked }],
      ])
    }),
}

const postToAll = (scene: Scene, wave: AlertWave) =>
  Promise.all(scene.nodes.map((_, node) => scene.post({ wave, connections: 8 }, node)))

/** And a while longer, for what should not come. */
async function allTold({ receiver }: Scene, count: number): Promise<void> {
  const isDone = () => groupsTold(receiver.told).size === count
  const progress = () => receiver.told.length
  await settled({ isDone, progress, quietMs: 40_000, withinMs: 50_000 })
  await sleep(systemClock, 3000)
}
