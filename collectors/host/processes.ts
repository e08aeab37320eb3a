/** Processes by state, and threads: one file a process, so at a pace of its own. */
import { setImmediate } from 'node:timers/promises'
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import { type Files, readOptional } from '../files.ts'
import { numberIn, wordsOf } from './numbers.ts'

const states = gauge('node_processes_state', 'Processes in each state.')
const pids = gauge('node_processes_pids', 'Processes.')
const pidsMax = gauge(
  'node_processes_max_processes',
  'Processes and threads there may be: pid_max.',
)
const threads = gauge('node_processes_threads', 'Threads.')
const threadsMax = gauge('node_processes_max_threads', 'Threads that there may be.')

/** After so many files, the rest of the program has its turn. */
const filesAtOnce = 100

export interface ProcessesOptions {
  readonly files: Pick<Files, 'list' | 'readText' | 'readIfPresent'>
}

export function createProcesses({ files }: ProcessesOptions): Collector {
  return {
    name: 'processes',
    pace: { everyMs: 60_000, ageMsMax: 180_000 },
    async collect(stop) {
      const families = createFamilies()
      const byState = new Map<string, number>()
      let threadCount = 0
      let processCount = 0
      const all = files.list('/proc').filter((name) => /^\d+$/.test(name))
      for (const [i, pid] of all.entries()) {
        if (i % filesAtOnce === filesAtOnce - 1) await setImmediate()
        stop.throwIfAborted()
        const said = processOf(readOptional(files, `/proc/${pid}/stat`))
        if (said === undefined) continue // It ended since it was listed.
        processCount++
        threadCount += said.threadCount
        byState.set(said.state, (byState.get(said.state) ?? 0) + 1)
      }
      for (const [state, count] of byState) families.add(states, { state }, count)
      families.add(pids, {}, processCount)
      families.add(threads, {}, threadCount)
      families.add(pidsMax, {}, numberIn(files, '/proc/sys/kernel/pid_max'))
      families.add(threadsMax, {}, numberIn(files, '/proc/sys/kernel/threads-max'))
      return families.list()
    },
  }
}

/** The name stands in brackets and may hold anything, brackets too. */
function processOf(stat: string | undefined) {
  if (stat === undefined) return undefined
  const [state, , , , , , , , , , , , , , , , , threadCount] = wordsOf(
    stat.slice(stat.lastIndexOf(')') + 1),
  )
  return state === undefined ? undefined : { state, threadCount: Number(threadCount) }
}
