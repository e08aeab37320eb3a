/** What /proc/stat counts beside processor time: switches, forks, interrupts, boot time. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'

const lines = [
  ['btime', gauge('node_boot_time_seconds', 'When the node booted, in Unix time.')],
  ['ctxt', counter('node_context_switches_total', 'Context switches.')],
  ['intr', counter('node_intr_total', 'Interrupts serviced.')],
  ['processes', counter('node_forks_total', 'Forks.')],
  ['procs_blocked', gauge('node_procs_blocked', 'Processes that wait for input or output.')],
  ['procs_running', gauge('node_procs_running', 'Processes that can run.')],
] as const

export function createStat({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'stat',
    collect() {
      const families = createFamilies()
      const text = files.readText('/proc/stat')
      for (const [word, metric] of lines) families.add(metric, {}, numberAfter(text, `\n${word} `))
      return families.list()
    },
  }
}

/** The line of interrupts may be thousands of numbers long: only its first is looked at. */
function numberAfter(text: string, start: string): number | undefined {
  const at = text.indexOf(start)
  return at < 0 ? undefined : Number.parseInt(text.slice(at + start.length, at + 40), 10)
}
