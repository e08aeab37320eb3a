/** What forwarding costs: at each push, and for each sample beside the pushes. */
import { systemClock } from '#lib/clock'
import { createBooks } from '../books/books.ts'
import { createNameIndex } from '../store/name-index.ts'
import { type Admission, createStore } from '../store/store.ts'
import { renderPush } from '../text/render.ts'
import { parseText } from '../text/text-parser.ts'
import { changeOf, linesOf } from './change.ts'
import { createChangeQueue } from './change-queue.ts'
import { createWriteRequest } from './write-request.ts'

const groups = 1000
const batchSize = 2000
const now = () => systemClock.monotonicMs()

/** The first round only fills the store. */
function measure({ samplesPerPush, rounds }: { samplesPerPush: number; rounds: number }): void {
  const index = createNameIndex(() => new Map())
  const store = createStore({ index, books: createBooks(), checks: true })
  const queue = createChangeQueue({ samplesMax: 1e8, dropped: () => {} })
  const push = (group: number, round: number): Admission => {
    const pairs = [['instance', `node-${group}`] as const, ['job', 'bench'] as const]
    const line = (i: number) => `metric_${i % 10}{path="/api/v1/${i}",code="200"} ${round}${i}\n`
    const lines = Array.from({ length: samplesPerPush }, (_, i) => line(i)).sort()
    const { families } = parseText(Buffer.from(lines.join('')))
    const headOf = index.headOf
    const given = { group: { pairs, addsInstance: true }, pushedAtMs: round, headOf }
    const write = { pairs, families: renderPush(families, given), atMs: round }
    return store.admit({ kind: 'replace', traceparent: undefined, ...write })
  }
  let addedMs = 0
  for (let round = 1; round <= rounds; round++)
    for (let group = 0; group < groups; group++) {
      const admission = push(group, round)
      const startedMs = now()
      if (round > 1) queue.add(changeOf(admission, round))
      addedMs += now() - startedMs
      store.publish(admission)
    }
  const startedMs = now()
  let sampleCount = 0
  let sizeBytes = 0
  let request = createWriteRequest()
  for (let change = queue.take(); change !== undefined; change = queue.take())
    for (const line of linesOf(change)) {
      request.add(line, change.atMs)
      if (++sampleCount % batchSize !== 0) continue
      sizeBytes += request.body().length
      request = createWriteRequest()
    }
  const addedUs = (addedMs * 1000) / (groups * (rounds - 1))
  const packedUs = ((now() - startedMs) * 1000) / sampleCount
  const bytesEach = Math.round(sizeBytes / sampleCount)
  console.log(
    `${samplesPerPush} samples a push: ${addedUs.toFixed(1)} µs at the push, ` +
      `${packedUs.toFixed(2)} µs a sample to pack, ${bytesEach} bytes each`,
  )
}

measure({ samplesPerPush: 20, rounds: 20 })
measure({ samplesPerPush: 2000, rounds: 3 })
