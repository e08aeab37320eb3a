/** Time in which tasks waited for a resource (some of them), or all stood still (full). */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Metric } from '../families.ts'
import { type Files, readOptional } from '../files.ts'

interface Source {
  readonly resource: string
  /** The kernel gives `full` of cpu as well, but it has no meaning for a whole node. */
  readonly lines: readonly { readonly word: 'some' | 'full'; readonly metric: Metric }[]
}

const some = (resource: string) => ({
  word: 'some' as const,
  metric: counter(
    `node_pressure_${resource}_waiting_seconds_total`,
    `Time in which some task waited for ${resource}.`,
  ),
})
const full = (resource: string) => ({
  word: 'full' as const,
  metric: counter(
    `node_pressure_${resource}_stalled_seconds_total`,
    `Time in which no task made progress for want of ${resource}.`,
  ),
})

const sources: readonly Source[] = [
  { resource: 'cpu', lines: [some('cpu')] },
  { resource: 'io', lines: [some('io'), full('io')] },
  { resource: 'irq', lines: [full('irq')] },
  { resource: 'memory', lines: [some('memory'), full('memory')] },
]

export function createPressure({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'pressure',
    collect() {
      const families = createFamilies()
      for (const { resource, lines } of sources) {
        // Kernels differ in which of them they have; none at all is a kernel without pressure.
        const text = readOptional(files, `/proc/pressure/${resource}`) ?? ''
        for (const { word, metric } of lines) families.add(metric, {}, totalOf(text, word))
      }
      if (families.list().length === 0)
        throw new Error('the kernel does not measure pressure (CONFIG_PSI, or psi=1 at boot)')
      return families.list()
    },
  }
}

function totalOf(text: string, word: string): number | undefined {
  const [, micros] = new RegExp(`^${word} .*\\btotal=(\\d+)`, 'm').exec(text) ?? []
  return micros === undefined ? undefined : Number(micros) / 1e6
}
