/** What time the node has, and which clock it runs on. */
import type { Clock } from '#lib/clock'
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'

const now = gauge('node_time_seconds', 'Time of the node, in Unix time.')
const available = gauge('node_time_clocksource_available_info', 'A clock there is; always 1.')
const current = gauge('node_time_clocksource_current_info', 'The clock in use; always 1.')

const folder = '/sys/devices/system/clocksource'

export interface TimeOptions {
  readonly files: Pick<Files, 'listIfPresent' | 'readIfPresent'>
  readonly clock: Pick<Clock, 'nowMs'>
}

export function createTime({ files, clock }: TimeOptions): Collector {
  return {
    name: 'time',
    collect() {
      const families = createFamilies()
      families.add(now, {}, clock.nowMs() / 1000)
      for (const name of files.listIfPresent(folder)) {
        if (!name.startsWith('clocksource')) continue
        const device = name.slice('clocksource'.length)
        const read = (file: string) =>
          files.readIfPresent(`${folder}/${name}/${file}`)?.trim().split(/\s+/) ?? []
        for (const clocksource of read('available_clocksource'))
          families.add(available, { device, clocksource }, 1)
        for (const clocksource of read('current_clocksource'))
          families.add(current, { device, clocksource }, 1)
      }
      return families.list()
    },
  }
}
