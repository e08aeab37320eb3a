/** How fast the processors run, and may run: /sys/devices/system/cpu. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, askAttributes, type NumberRow, namesIn } from './attributes.ts'
import { rarePace, slowDeadlineMs } from './pace.ts'

const of = 'node_cpu'
const governor = gauge(`${of}_scaling_governor`, 'Who sets the speed: 1 for the one that does.')
const table: readonly NumberRow[] = [
  ['cpuinfo_cur_freq', gauge(`${of}_frequency_hertz`, 'Speed that the processor says.'), 1000],
  ['cpuinfo_max_freq', gauge(`${of}_frequency_max_hertz`, 'Its highest speed.'), 1000],
  ['cpuinfo_min_freq', gauge(`${of}_frequency_min_hertz`, 'Its lowest speed.'), 1000],
  ['scaling_cur_freq', gauge(`${of}_scaling_frequency_hertz`, 'Speed that the kernel says.'), 1000],
  ['scaling_max_freq', gauge(`${of}_scaling_frequency_max_hertz`, 'Highest speed allowed.'), 1000],
  ['scaling_min_freq', gauge(`${of}_scaling_frequency_min_hertz`, 'Lowest speed allowed.'), 1000],
]
const words = ['scaling_governor', 'scaling_available_governors'] as const

const folder = '/sys/devices/system/cpu'

type CpufreqFiles = Pick<Files, 'readTextLater' | 'listIfPresent'>

export function createCpufreq({ files }: { files: CpufreqFiles }): Collector {
  return {
    name: 'cpufreq',
    // The kernel measures for some milliseconds to say what a processor runs at.
    pace: rarePace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      for (const name of namesIn(files, folder, /^cpu\d+$/)) {
        const path = `${folder}/${name}/cpufreq`
        const present = new Set(namesIn(files, path))
        const names = [...table.map(([file]) => file), ...words].filter((file) => present.has(file))
        const attributes = await askAttributes(files, { folder: path, names, stop })
        const cpu = name.slice('cpu'.length)
        addNumbers(families, { labels: { cpu }, table, attributes })
        const chosen = attributes('scaling_governor')
        for (const one of attributes('scaling_available_governors')?.split(' ') ?? [])
          families.add(governor, { cpu, governor: one }, one === chosen ? 1 : 0)
      }
      return families.list()
    },
  }
}
