/** Connections that the firewall follows, where it follows any. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { numberIn, wordsOf } from './numbers.ts'

const entries = gauge('node_nf_conntrack_entries', 'Connections followed.')
const limit = gauge('node_nf_conntrack_entries_limit', 'Connections that can be followed.')

/** Events, over all processors; gauges in node_exporter, hence here. */
const events = [
  'found',
  'invalid',
  'ignore',
  'insert',
  'insert_failed',
  'drop',
  'early_drop',
  'search_restart',
].map((event) => [event, gauge(`node_nf_conntrack_stat_${event}`, `Events: ${event}.`)] as const)

export function createConntrack({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'conntrack',
    collect() {
      const families = createFamilies()
      const folder = '/proc/sys/net/netfilter'
      families.add(entries, {}, numberIn(files, `${folder}/nf_conntrack_count`))
      families.add(limit, {}, numberIn(files, `${folder}/nf_conntrack_max`))
      const sums = sumsOf(files.readIfPresent('/proc/net/stat/nf_conntrack') ?? '')
      for (const [event, metric] of events) families.add(metric, {}, sums.get(event))
      return families.list()
    },
  }
}

/** A line of names, then one of hexadecimal numbers for each processor. */
function sumsOf(text: string): ReadonlyMap<string, number> {
  const [names = [], ...rows] = text.trim().split('\n').map(wordsOf)
  return new Map(
    names.map((name, i) => [
      name,
      rows.reduce((sum, row) => sum + Number.parseInt(row[i] ?? '0', 16), 0),
    ]),
  )
}
