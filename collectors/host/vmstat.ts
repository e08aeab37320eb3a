/** Paging, swapping, faults and kills of the memory: /proc/vmstat. */
import type { Collector } from '../collector.ts'
import { createFamilies } from '../families.ts'
import type { Files } from '../files.ts'
import { numberOf } from './numbers.ts'
import { createUntyped } from './untyped.ts'

/** node_exporter's default, of some two hundred. */
const chosen = /^(oom_kill|pgpg|pswp|pg.*fault)/

export function createVmstat({ files }: { files: Pick<Files, 'readText'> }): Collector {
  const metricOf = createUntyped('node_vmstat_', '/proc/vmstat')
  return {
    name: 'vmstat',
    collect() {
      const families = createFamilies()
      for (const line of files.readText('/proc/vmstat').split('\n')) {
        if (!chosen.test(line)) continue
        const [field = '', value] = line.split(' ', 2)
        families.add(metricOf(field), {}, numberOf(value))
      }
      return families.list()
    },
  }
}
