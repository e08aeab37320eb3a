/** How long tasks ran and waited on each processor: /proc/schedstat. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies } from '../families.ts'
import type { Files } from '../files.ts'
import { wordsOf } from './numbers.ts'

/** Column, metric, and what makes it our unit; the kernel counts nanoseconds. */
const columns = [
  [7, counter('node_schedstat_running_seconds_total', 'Time that tasks ran.'), 1e9],
  [8, counter('node_schedstat_waiting_seconds_total', 'Time that tasks waited to run.'), 1e9],
  [9, counter('node_schedstat_timeslices_total', 'Turns that tasks had.'), 1],
] as const

export function createSchedstat({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'schedstat',
    collect() {
      const families = createFamilies()
      for (const line of files.readIfPresent('/proc/schedstat')?.split('\n') ?? []) {
        if (!/^cpu\d/.test(line)) continue
        const words = wordsOf(line)
        const cpu = (words[0] ?? '').slice('cpu'.length)
        for (const [at, metric, divisor] of columns)
          families.add(metric, { cpu }, Number(words[at]) / divisor)
      }
      return families.list()
    },
  }
}
