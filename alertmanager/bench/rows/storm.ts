/** Many groups at once and a receiver that is slow, or that takes only so many a second. */
import { momentMs } from '../moment.ts'
import { type Behaviour, groupsTold } from '../receiver.ts'
import { byAlert, cpuOf, onStage, type Row, settled } from '../row.ts'
import { atMost, type Figure, halvedOnPostgres, type Measured, times } from '../table.ts'

interface Storm {
  readonly name: string
  readonly groups: number
  readonly receiver: Behaviour
  readonly rounds: number
  readonly time: Figure
  readonly attempts?: Figure
}

function storm({ name, groups, receiver: behaviour, rounds, time, attempts }: Storm): Row {
  return {
    name,
    rounds,
    figures: attempts === undefined ? [time] : [time, attempts],
    ...(behaviour.perSecond !== undefined && { isIdle: true }),
    measure: (course) => {
      const route = `${byAlert}, group_wait: 0s, group_interval: 10s`
      return onStage(course, { route, receiver: behaviour }, async (scene) => {
        const { receiver, post } = scene
        const count = () => groupsTold(receiver.told).size
        const startMs = momentMs()
        let value = 0
        let isMore = false
        const spent = await cpuOf(scene, async () => {
          const wave = { kind: 'alerts' as const, name: 'Storm', count: groups, batch: 50 }
          await post({ wave, connections: 8 })
          const isDone = () => receiver.told.length >= groups && count() === groups
          const progress = () => receiver.told.length
          isMore = !(await settled({ isDone, progress, quietMs: 30_000, withinMs: 58_000 }))
          value = (momentMs() - startMs) / 1000
        })
        const each = receiver.attempts() / Math.max(1, count())
        const measured: [string, Measured][] = [
          [time.name, { value, isMore, cpu: { spent, operations: groups } }],
        ]
        if (attempts !== undefined) measured.push([attempts.name, { value: each, isMore }])
        return new Map(measured)
      })
    },
  }
}

export const slowReceiver = storm({
  name: 'storm',
  groups: 5000,
  rounds: 1,
  receiver: { takesMs: 100 },
  time: {
    name: '5000 groups, receiver takes 100 ms',
    unit: 's',
    goal: halvedOnPostgres(times('≤', 1)),
  },
})

export const limitedReceiver = storm({
  name: 'limited',
  groups: 2000,
  rounds: 1,
  receiver: { perSecond: 100 },
  time: {
    name: '2000 groups, receiver takes 100/s',
    unit: 's',
    goal: halvedOnPostgres(atMost(25)),
  },
  attempts: { name: 'the same, attempts each', unit: '', goal: atMost(1.2) },
})
