/** Processor time, and what else /proc/stat counts: switches, forks, interrupts, boot time. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'

/** Fields of a `cpu` line, in the kernel's order; guest time is within user and nice. */
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const
/** The kernel counts in hundredths of a second, whatever its own tick is. */
const ticksPerSecond = 100
/** A jump back of the idle time beyond this means that the processor was away. */
const idleJumpSeconds = 3

const seconds = counter('node_cpu_seconds_total', 'Time that a processor spent in each mode.')
const guest = counter('node_cpu_guest_seconds_total', 'Time spent in guests, for each mode.')

const lines = new Map([
  ['btime', gauge('node_boot_time_seconds', 'When the node booted, in Unix time.')],
  ['ctxt', counter('node_context_switches_total', 'Context switches.')],
  ['intr', counter('node_intr_total', 'Interrupts serviced.')],
  ['processes', counter('node_forks_total', 'Forks.')],
  ['procs_blocked', gauge('node_procs_blocked', 'Processes that wait for input or output.')],
  ['procs_running', gauge('node_procs_running', 'Processes that can run.')],
])

export function createCpu({ files }: { files: Pick<Files, 'readText'> }): Collector {
  const steady = createSteady()
  return {
    name: 'cpu',
    collect() {
      const families = createFamilies()
      for (const line of files.readText('/proc/stat').split('\n')) {
        const [word = '', first = ''] = line.split(' ', 2)
        const metric = lines.get(word)
        if (metric !== undefined) families.add(metric, {}, Number(first))
        else if (/^cpu\d/.test(word)) addCpu(families, word.slice(3), steady(line))
      }
      return families.list()
    },
  }
}

function addCpu(families: Families, cpu: string, ticks: readonly number[]): void {
  modes.forEach((mode, i) => {
    families.add(seconds, { cpu, mode }, secondsOf(ticks[i]))
  })
  families.add(guest, { cpu, mode: 'user' }, secondsOf(ticks[8]))
  families.add(guest, { cpu, mode: 'nice' }, secondsOf(ticks[9]))
}

/** Old kernels have fewer fields: what they do not count is 0, as node_exporter has it. */
const secondsOf = (ticks = 0) => ticks / ticksPerSecond

/**
 * The kernel lets idle and iowait run back a little; a counter that does so looks like a restart
 * and makes a false peak. So the highest value stands until the processor really was away.
 */
function createSteady(): (line: string) => readonly number[] {
  const highest = new Map<string, readonly number[]>()
  return (line) => {
    const [cpu = '', ...fields] = line.trim().split(/\s+/)
    const now = fields.map(Number)
    const before = highest.get(cpu)
    const idleBack = (before?.[3] ?? 0) - (now[3] ?? 0)
    const wasAway = before === undefined || idleBack > idleJumpSeconds * ticksPerSecond
    const kept = wasAway ? now : now.map((ticks, i) => Math.max(ticks, before[i] ?? 0))
    highest.set(cpu, kept)
    return kept
  }
}
