/** What ten thousand silences that match nothing cost. */
import { readAlerts } from '../read-alerts.ts'
import { byAlert, cpuOf, onStage, quantile, type Row, singles } from '../row.ts'
import { atMost, type Figure, type Measured } from '../table.ts'
import { tell } from './latency.ts'

const silences = 10_000
const alerts = 2000

const first: Figure = {
  name: `${silences} silences, ${alerts} alerts: first GET`,
  unit: 's',
  goal: atMost(0.5),
}
const added: Figure = {
  name: `${silences} silences: latency added, p50`,
  unit: 'ms',
  goal: atMost(10),
}
const posts: Figure = { name: `${silences} silences posted`, unit: '/s', moreIsBetter: true }

export const manySilences: Row = {
  name: 'silences',
  rounds: 1,
  figures: [first, added, posts],
  measure: (course) =>
    onStage(course, { route: `${byAlert}, group_wait: 0s` }, async (scene) => {
      const paced = { connections: 4, perSecond: 20 }
      const wave = (from: number) => singles('Paced', 60, { from })
      await tell(scene, { wave: wave(0), ...paced })
      const before = await tell(scene, { wave: wave(100), ...paced })
      let tookMs = 0
      const spent = await cpuOf(scene, async () => {
        const many = { kind: 'silences' as const, count: silences }
        tookMs = (await scene.post({ wave: many, connections: 16 })).tookMs
      })
      const after = await tell(scene, { wave: wave(200), ...paced })
      await scene.post({
        wave: singles('Silenced', alerts, { batch: 50 }),
        connections: 4,
      })
      const read = await readAlerts(scene.nodes[0]?.port ?? 0)
      return new Map<string, Measured>([
        [first.name, { value: read.tookMs / 1000 }],
        [added.name, { value: Math.max(0, quantile(after, 0.5) - quantile(before, 0.5)) }],
        [posts.name, { value: (silences * 1000) / tookMs, cpu: { spent, operations: silences } }],
      ])
    }),
}
