/** Processor time by mode, how often processors were throttled, and who they are. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families } from '../families.ts'
import type { Files } from '../files.ts'
import { addCpuInfo } from './cpu-info.ts'
import { createThrottles } from './cpu-throttles.ts'
import { wordsOf } from './numbers.ts'

/** Fields of a `cpu` line, in the kernel's order; guest time is within user and nice. */
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const
/** The kernel counts in hundredths of a second, whatever its own tick is. */
const ticksPerSecond = 100
/** A jump back of the idle time of so much means that the processor was away. */
const idleJumpSeconds = 3

const seconds = counter('node_cpu_seconds_total', 'Time that a processor spent in each mode.')
const guest = counter('node_cpu_guest_seconds_total', 'Time spent in guests, for each mode.')

export interface CpuOptions {
  readonly files: Pick<Files, 'readText' | 'readIfPresent' | 'listIfPresent'>
  /** Whether to add who each processor is: node_cpu_info, off by default in node_exporter too. */
  readonly cpuInfo?: boolean
}

export function createCpu({ files, cpuInfo = false }: CpuOptions): Collector {
  const steady = createSteady()
  const addThrottles = createThrottles(files)
  return {
    name: 'cpu',
    collect() {
      const families = createFamilies()
      // Theirs are the first lines; the long one of interrupts comes after them.
      const [text = ''] = files.readText('/proc/stat').split('\nintr', 1)
      for (const line of text.split('\n')) if (/^cpu\d/.test(line)) addTimes(families, steady(line))
      if (cpuInfo) addCpuInfo(families, files)
      addThrottles(families)
      return families.list()
    },
  }
}

interface Times {
  readonly labels: ReturnType<typeof labelsOf>
  readonly ticks: readonly number[]
}

function addTimes(families: Families, { labels, ticks }: Times): void {
  labels.ofModes.forEach((ofMode, i) => {
    families.add(seconds, ofMode, secondsOf(ticks[i]))
  })
  labels.ofGuests.forEach((ofGuest, i) => {
    families.add(guest, ofGuest, secondsOf(ticks[modes.length + i]))
  })
}

const labelsOf = (cpu: string) => ({
  ofModes: modes.map((mode) => ({ cpu, mode })),
  ofGuests: ['user', 'nice'].map((mode) => ({ cpu, mode })),
})

/** Old kernels have fewer fields: what they do not count is 0, as node_exporter has it. */
const secondsOf = (ticks = 0) => ticks / ticksPerSecond

/**
 * The kernel lets idle and iowait run back a little; a counter that does so looks like a restart
 * and makes a false peak. So the highest value stands until the processor really was away.
 */
function createSteady(): (line: string) => Times {
  const highest = new Map<string, Times>()
  return (line) => {
    const [name = '', ...fields] = wordsOf(line)
    const cpu = name.slice('cpu'.length)
    const now = fields.map(Number)
    const before = highest.get(cpu)
    const idleBack = (before?.ticks[3] ?? 0) - (now[3] ?? 0)
    const wasAway = before === undefined || idleBack >= idleJumpSeconds * ticksPerSecond
    const ticks = wasAway ? now : now.map((value, i) => Math.max(value, before.ticks[i] ?? 0))
    const times = { labels: before?.labels ?? labelsOf(cpu), ticks }
    highest.set(cpu, times)
    return times
  }
}
