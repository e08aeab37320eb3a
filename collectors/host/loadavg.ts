/** Load averages of one, five and fifteen minutes. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { numberOf } from './numbers.ts'

const loads = [
  gauge('node_load1', 'Load average of 1 minute.'),
  gauge('node_load5', 'Load average of 5 minutes.'),
  gauge('node_load15', 'Load average of 15 minutes.'),
]

export function createLoadavg({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'loadavg',
    collect() {
      const families = createFamilies()
      const words = files.readText('/proc/loadavg').split(' ')
      loads.forEach((load, i) => {
        families.add(load, {}, numberOf(words[i]))
      })
      return families.list()
    },
  }
}
