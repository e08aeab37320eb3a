/** What the node runs. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'

const info = gauge('node_uname_info', 'What the node runs, as uname says it; always 1.')

export interface UnameOptions {
  readonly files: Pick<Files, 'readText'>
  /** Such as `x86_64`; no file says it. */
  readonly machine: string
}

export function createUname({ files, machine }: UnameOptions): Collector {
  const word = (file: string) => files.readText(`/proc/sys/kernel/${file}`).trim()
  return {
    name: 'uname',
    collect() {
      const families = createFamilies()
      const labels = {
        domainname: word('domainname'),
        machine,
        nodename: word('hostname'),
        release: word('osrelease'),
        sysname: word('ostype'),
        version: word('version'),
      }
      families.add(info, labels, 1)
      return families.list()
    },
  }
}
