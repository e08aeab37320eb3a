/** What each processor did with arriving packets: /proc/net/softnet_stat, in hexadecimal. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { wordsOf } from './numbers.ts'

/** Column and metric; newer kernels have more columns. */
const columns = [
  [0, counter('node_softnet_processed_total', 'Packets processed.')],
  [1, counter('node_softnet_dropped_total', 'Packets dropped: the backlog was full.')],
  [2, counter('node_softnet_times_squeezed_total', 'Times that work was left at the quota.')],
  [8, counter('node_softnet_cpu_collision_total', 'Collisions for the lock of a device.')],
  [9, counter('node_softnet_received_rps_total', 'Wake-ups by another processor.')],
  [10, counter('node_softnet_flow_limit_count_total', 'Times that a flow reached its limit.')],
  [11, gauge('node_softnet_backlog_len', 'Packets in the backlog.')],
] as const
const cpuColumn = 12

export function createSoftnet({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'softnet',
    collect() {
      const families = createFamilies()
      files
        .readText('/proc/net/softnet_stat')
        .split('\n')
        .filter((line) => line !== '')
        .forEach((line, i) => {
          const words = wordsOf(line)
          // Without the column, a line after a processor that is off has too low a number.
          const named = words[cpuColumn]
          const cpu = String(named === undefined ? i : Number.parseInt(named, 16))
          for (const [at, metric] of columns)
            families.add(metric, { cpu }, Number.parseInt(words[at] ?? '', 16))
        })
      return families.list()
    },
  }
}
