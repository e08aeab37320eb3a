/** From the post of an alert to the webhook, with no wait: in peace and in a burst. */

import type { Scene } from '../row.ts'
import { byAlert, cpuOf, delaysMs, onStage, quantile, type Row, settled, singles } from '../row.ts'
import { atMost, type Figures, halvedOnPostgres, type Measured, times } from '../table.ts'
import type { AlertWave } from '../workload.ts'

const paced = { count: 200, perSecond: 50 }
const burst = { count: 500, batch: 50 }

const p50 = { name: 'post → webhook, paced, p50', unit: 'ms', goal: atMost(10) }
const p99 = { name: 'post → webhook, paced, p99', unit: 'ms', goal: atMost(25) }
const burstP99 = {
  name: `post → webhook, burst of ${burst.count}, p99`,
  unit: 'ms',
  goal: halvedOnPostgres(times('≤', 1)),
}

export const latency: Row = {
  name: 'latency',
  rounds: 3,
  figures: [p50, p99, burstP99],
  measure: (course) =>
    onStage(course, { route: `${byAlert}, group_wait: 0s` }, async (scene) => {
      await tell(scene, { wave: singles('Warm', 100), connections: 4, perSecond: 100 })
      const calm = await measure(scene, {
        wave: singles('Paced', paced.count, { from: 1000 }),
        connections: 8,
        perSecond: paced.perSecond,
      })
      const stormy = await measure(scene, {
        wave: { kind: 'alerts', name: 'Burst', from: 10_000, ...burst },
        connections: burst.count / burst.batch,
      })
      const of = ({ delays, cpu }: Told, part: number): Measured => ({
        value: quantile(delays, part),
        cpu,
      })
      return new Map([
        [p50.name, of(calm, 0.5)],
        [p99.name, of(calm, 0.99)],
        [burstP99.name, of(stormy, 0.99)],
      ]) satisfies Figures
    }),
}

interface Posts {
  readonly wave: AlertWave
  readonly connections: number
  readonly perSecond?: number
}

interface Told {
  readonly delays: readonly number[]
  readonly cpu: NonNullable<Measured['cpu']>
}

async function measure(scene: Scene, posts: Posts): Promise<Told> {
  let delays: readonly number[] = []
  const spent = await cpuOf(scene, async () => {
    delays = await tell(scene, posts)
  })
  return { delays, cpu: { spent, operations: posts.wave.count } }
}

/** The delay of each alert; throws where one is not told. */
export async function tell(scene: Scene, posts: Posts): Promise<readonly number[]> {
  const { told } = scene.receiver
  const before = told.length
  const { sentAtMs } = await scene.post(posts)
  const wanted = before + posts.wave.count
  const isDone = () => told.length >= wanted
  const progress = () => told.length
  if (!(await settled({ isDone, progress, quietMs: 15_000, withinMs: 60_000 })))
    throw new Error(`Told ${told.length - before} of ${posts.wave.count}`)
  return delaysMs(posts.wave, sentAtMs, told.slice(before))
}
