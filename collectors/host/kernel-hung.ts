/** Tasks that the kernel found hanging, in a write that never ends for instance. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies } from '../families.ts'
import type { Files } from '../files.ts'
import { numberIn } from './numbers.ts'

const hung = counter('node_kernel_hung_tasks_total', 'Tasks found hanging since boot.')

/** Linux 6.13 or later. */
const path = '/proc/sys/kernel/hung_task_detect_count'

export function createKernelHung({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'kernel_hung',
    collect() {
      const families = createFamilies()
      families.add(hung, {}, numberIn(files, path))
      return families.list()
    },
  }
}
