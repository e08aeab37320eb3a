/** Files that are open in the whole system, and how many may be. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { wordsOf } from './numbers.ts'

const allocated = gauge('node_filefd_allocated', 'Open files.')
const maximum = gauge('node_filefd_maximum', 'Open files that there may be.')

export function createFilefd({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'filefd',
    collect() {
      const families = createFamilies()
      // The second number is of free ones, and always 0 since Linux 2.6.
      const [open, , most] = wordsOf(files.readText('/proc/sys/fs/file-nr')).map(Number)
      families.add(allocated, {}, open)
      families.add(maximum, {}, most)
      return families.list()
    },
  }
}
