/** Sockets in use by protocol, and the memory that they hold. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge, type Metric } from '../families.ts'
import type { Files } from '../files.ts'
import { wordsOf } from './numbers.ts'

type SockstatFiles = Pick<Files, 'readIfPresent'>

export function createSockstat({ files }: { files: SockstatFiles }): Collector {
  const metrics = new Map<string, Metric>()
  const metricOf = (field: string) => {
    const name = `node_sockstat_${field}`
    const metric = metrics.get(name) ?? gauge(name, `Sockets: ${field} of /proc/net/sockstat.`)
    metrics.set(name, metric)
    return metric
  }
  const pageBytes = createPageBytes(files)
  const addLine = (families: Families, line: string) => {
    const [protocol = '', ...pairs] = wordsOf(line)
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const field = `${protocol.replace(':', '')}_${pairs[i]}`
      const value = Number(pairs[i + 1])
      families.add(metricOf(field), {}, value)
      if (pairs[i] !== 'mem') continue
      const page = pageBytes()
      families.add(metricOf(`${field}_bytes`), {}, page === undefined ? undefined : value * page)
    }
  }
  return {
    name: 'sockstat',
    collect() {
      const families = createFamilies()
      for (const file of ['sockstat', 'sockstat6'])
        for (const line of files.readIfPresent(`/proc/net/${file}`)?.split('\n') ?? [])
          addLine(families, line)
      return families.list()
    },
  }
}

/** The kernel counts pages, whose size it tells of each piece of our own memory; asked once. */
function createPageBytes(files: SockstatFiles): () => number | undefined {
  let found: { readonly bytes: number | undefined } | undefined
  return () => {
    if (found === undefined) {
      const [, kilobytes] =
        /^KernelPageSize:\s+(\d+) kB/m.exec(files.readIfPresent('/proc/self/smaps') ?? '') ?? []
      found = { bytes: kilobytes === undefined ? undefined : Number(kilobytes) * 1024 }
    }
    return found.bytes
  }
}
