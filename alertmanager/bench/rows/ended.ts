/** A process that ends amid a burst, by `kill -9` or SIGTERM, and starts again on what it kept. */
import { sleep, systemClock } from '#lib/clock'
import { acknowledgedOf } from '../poster.ts'
import { groupsTold, repeatsOf } from '../receiver.ts'
import { byAlert, onStage, type Row, type Scene, settled, singles } from '../row.ts'
import { type Figure, type Measured, none } from '../table.ts'

const count = 2000
const route = `${byAlert}, group_wait: 300ms, group_interval: 1h`
const quietMs = 10_000 // A lease of the dead passes in less.

interface Ending {
  readonly name: string
  readonly signal: 'kill' | 'stop'
  readonly title: string
  readonly isSentAgain: boolean
}

function ended({ name, signal, title, isSentAgain }: Ending): Row {
  const lost: Figure = { name: `${title} in a burst of ${count}: lost`, unit: '', goal: none }
  const duplicates: Figure = { name: 'then all sent again: duplicates', unit: '', goal: none }
  const marked: Figure = { name: 'then all sent again: marked repeats', unit: '' }
  return {
    name,
    rounds: 1,
    figures: isSentAgain ? [lost, duplicates, marked] : [lost],
    measure: (course) =>
      onStage(course, { route }, async (scene) => {
        const wave = singles('Burst', count)
        const acknowledged = await postUntilEnd(scene, wave, signal)
        await scene.nodes[0]?.start()
        const untold = () => {
          const told = groupsTold(scene.receiver.told)
          return acknowledged.filter((n) => !told.has(n))
        }
        await quiet(scene, () => untold().length === 0)
        const figures = new Map<string, Measured>([[lost.name, { value: untold().length }]])
        if (!isSentAgain) return figures
        await scene.post({ wave, connections: 16 })
        await quiet(scene, () => groupsTold(scene.receiver.told).size === count)
        await sleep(systemClock, 2000) // For what should not come.
        const repeats = repeatsOf(scene.receiver.told)
        figures.set(duplicates.name, { value: repeats.unmarked.length })
        figures.set(marked.name, { value: repeats.marked })
        return figures
      }),
  }
}

/** Ends it when a half is told; the numbers of the alerts that it acknowledged. */
async function postUntilEnd(
  { nodes, receiver, post }: Scene,
  wave: ReturnType<typeof singles>,
  signal: Ending['signal'],
): Promise<readonly number[]> {
  const posting = post({ wave, connections: 16 })
  const isDone = () => receiver.told.length >= count / 2
  await settled({ isDone, progress: () => 0, quietMs: 20_000, withinMs: 20_000 })
  await nodes[0]?.[signal]()
  return acknowledgedOf(wave, await posting)
}

const quiet = ({ receiver }: Scene, isDone: () => boolean) =>
  settled({ isDone, progress: () => receiver.told.length, quietMs, withinMs: 40_000 })

export const killed = ended({ name: 'kill', signal: 'kill', title: 'kill -9', isSentAgain: true })
export const stopped = ended({
  name: 'sigterm',
  signal: 'stop',
  title: 'SIGTERM',
  isSentAgain: false,
})
