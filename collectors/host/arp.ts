/** Neighbours known on each network device: /proc/net/arp. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { wordsOf } from './numbers.ts'

const entries = gauge('node_arp_entries', 'Entries of the neighbour table.')

export function createArp({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'arp',
    collect() {
      const families = createFamilies()
      const counts = new Map<string, number>()
      const [, ...lines] = files.readIfPresent('/proc/net/arp')?.trimEnd().split('\n') ?? []
      for (const line of lines) {
        const device = wordsOf(line).at(-1) ?? ''
        counts.set(device, (counts.get(device) ?? 0) + 1)
      }
      for (const [device, count] of counts) families.add(entries, { device }, count)
      return families.list()
    },
  }
}
