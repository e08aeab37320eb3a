/** Randomness that the kernel has gathered. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { numberIn } from './numbers.ts'

const available = gauge('node_entropy_available_bits', 'Bits of entropy at hand.')
const pool = gauge('node_entropy_pool_size_bits', 'Bits of entropy that the pool can hold.')

export function createEntropy({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'entropy',
    collect() {
      const families = createFamilies()
      families.add(available, {}, numberIn(files, '/proc/sys/kernel/random/entropy_avail'))
      families.add(pool, {}, numberIn(files, '/proc/sys/kernel/random/poolsize'))
      return families.list()
    },
  }
}
