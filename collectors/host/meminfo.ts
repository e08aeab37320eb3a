/** Every line of /proc/meminfo: `Active(anon): 8 kB` is `node_memory_Active_anon_bytes` 8192. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge, type Metric } from '../families.ts'
import type { Files } from '../files.ts'

export function createMeminfo({ files }: { files: Pick<Files, 'readText'> }): Collector {
  const metrics = new Map<string, Metric>()
  const metricOf = (field: string, isBytes: boolean) => {
    const name = `node_memory_${field.replace(/\((.*)\)/, '_$1')}${isBytes ? '_bytes' : ''}`
    const metric = metrics.get(name) ?? gauge(name, `Memory: ${field} of /proc/meminfo.`)
    metrics.set(name, metric)
    return metric
  }
  return {
    name: 'meminfo',
    collect() {
      const families = createFamilies()
      for (const line of files.readText('/proc/meminfo').split('\n')) {
        const [, field, value, unit] = /^(\S+):\s+(\d+)( kB)?$/.exec(line) ?? []
        if (field === undefined) continue
        const isBytes = unit !== undefined
        families.add(metricOf(field, isBytes), {}, Number(value) * (isBytes ? 1024 : 1))
      }
      return families.list()
    },
  }
}
