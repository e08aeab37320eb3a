/**
 * For a test that kills it: takes in a step of all series again and again, and prints after each
 * the last one that is known to be written. Checkpoints are made all the time.
 */
import { sleep, systemClock } from '#lib/clock'
import { realDisk } from '#lib/disk'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { labelSet } from '../../label-set.ts'
import { samplesOf } from '../samples.ts'
import { createStore } from '../store.ts'
import { createLogMetrics } from './log-metrics.ts'
import { recover } from './recovery.ts'
import { openSampleLog } from './sample-log.ts'

const [folder = '', seriesCount = ''] = process.argv.slice(2)
const registry = createMetrics()
const store = createStore({ metrics: registry, retentionMs: 1e15, seriesMax: 1e6 })
const world = { disk: realDisk, folder, store, log: silentLog, clock: systemClock }
const found = await recover({ ...world, expiredMs: 0 })
const logSizeMax = 2_000_000
const log = await openSampleLog(
  { ...world, metrics: createLogMetrics(registry), logSizeMax },
  found,
)
store.recorder = log

const newest = [...store.catalogue.all()].map(({ newestMs }) => newestMs)
const counts = [...store.catalogue.all()].map((series) => {
  const window = series.window(0, 1e15)
  return window === undefined ? 0 : window.to - window.from
})
const { damaged } = found
process.stdout.write(`${JSON.stringify({ newest: span(newest), counts: span(counts), damaged })}\n`)

const feed = samplesOf(store).feed()
const series = Array.from({ length: Number(seriesCount) }, (_, i) =>
  store.catalogue.seriesOf(
    labelSet([
      ['__name__', 'a'],
      ['i', String(i)],
    ]),
  ),
)
let written = Math.max(0, ...newest)
for (let step = written + 1; ; step++) {
  for (const [i, one] of series.entries()) if (one !== undefined) feed.rows.add(one, step * i)
  feed.take(step)
  const idle = log.idle().then(() => {
    written = step
  })
  // Until it is written; where a checkpoint is made meanwhile, a while.
  await Promise.race([idle, sleep(systemClock, 30)])
  process.stdout.write(`${written}\n`)
}

function span(all: readonly number[]): readonly [least: number, most: number, count: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const one of all) {
    if (one < least) least = one
    if (one > most) most = one
  }
  return [least, most, all.length]
}
