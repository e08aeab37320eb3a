/** Disks that bcache speeds up, and their caches: /sys/fs/bcache. */
import type { Labels } from '#lib/labels'
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { type Attributes, attributesAt, inUnit, type NumberRow, namesIn } from './attributes.ts'
import { slowPace } from './pace.ts'

const of = 'node_bcache'
const whole: readonly NumberRow[] = [
  ['average_key_size', gauge(`${of}_average_key_size_sectors`, 'Sectors a key.'), 1],
  ['btree_cache_size', gauge(`${of}_btree_cache_size_bytes`, 'Memory of the tree.'), 1],
  ['cache_available_percent', gauge(`${of}_cache_available_percent`, 'Free to write to.'), 1],
  ['congested', gauge(`${of}_congested`, 'Whether the cache is congested.'), 1],
  ['root_usage_percent', gauge(`${of}_root_usage_percent`, 'How full the root is.'), 1],
  ['tree_depth', gauge(`${of}_tree_depth`, 'Depth of the tree.'), 1],
  ['internal/active_journal_entries', gauge(`${of}_active_journal_entries`, 'In the journal.'), 1],
  ['internal/btree_nodes', gauge(`${of}_btree_nodes`, 'Nodes of the tree.'), 1],
  // Named microseconds, but node_exporter and its dashboards take them for nanoseconds.
  [
    'internal/btree_read_average_duration_us',
    gauge(`${of}_btree_read_average_duration_seconds`, 'Time of a read of the tree.'),
    1e-9,
  ],
  ['internal/cache_read_races', counter(`${of}_cache_read_races_total`, 'Reads that lost.'), 1],
]
const backing: readonly NumberRow[] = [
  ['dirty_data', gauge(`${of}_dirty_data_bytes`, 'Bytes that only the cache holds.'), 1],
  ...(
    [
      ['bypassed', 'bypassed_bytes', 'Bytes that went past the cache.'],
      ['cache_bypass_hits', 'cache_bypass_hits', 'Hits that went past the cache.'],
      ['cache_bypass_misses', 'cache_bypass_misses', 'Misses that went past the cache.'],
      ['cache_hits', 'cache_hits', 'Reads that the cache served.'],
      ['cache_miss_collisions', 'cache_miss_collisions', 'Misses that raced with a write.'],
      ['cache_misses', 'cache_misses', 'Reads that the disk served.'],
      ['cache_readaheads', 'cache_readaheads', 'Reads ahead.'],
    ] as const
  ).map(
    ([file, name, help]): NumberRow => [
      `stats_total/${file}`,
      counter(`${of}_${name}_total`, help),
      1,
    ],
  ),
]
/** Lines of `writeback_rate_debug`. */
const writeback: readonly NumberRow[] = [
  ['rate', gauge(`${of}_writeback_rate`, 'Bytes a second written back.'), 1],
  ['target', gauge(`${of}_dirty_target_bytes`, 'Bytes that the cache alone may hold.'), 1],
  ['proportional', gauge(`${of}_writeback_rate_proportional_term`, 'Of the rate.'), 1],
  ['integral', gauge(`${of}_writeback_rate_integral_term`, 'Of the rate.'), 1],
  ['change', gauge(`${of}_writeback_change`, 'How the rate changed last.'), 1],
]
const cache: readonly NumberRow[] = [
  ['io_errors', gauge(`${of}_io_errors`, 'Errors of the cache, which fade.'), 1],
  ['metadata_written', counter(`${of}_metadata_written_bytes_total`, 'Bytes beside the data.'), 1],
  ['written', counter(`${of}_written_bytes_total`, 'Bytes of data written to the cache.'), 1],
]

const root = '/sys/fs/bcache'

export function createBcache({
  files,
}: {
  files: Pick<Files, 'readText' | 'listIfPresent'>
}): Collector {
  return {
    name: 'bcache',
    pace: slowPace,
    collect() {
      const families = createFamilies()
      for (const uuid of namesIn(files, root, /-/)) {
        const path = `${root}/${uuid}`
        addSizes(families, {
          labels: { uuid },
          table: whole,
          attributes: attributesAt(files, path),
        })
        for (const backing_device of namesIn(files, path, /^bdev\d+$/)) {
          const labels = { backing_device, uuid }
          const attributes = attributesAt(files, `${path}/${backing_device}`)
          addSizes(families, { labels, table: backing, attributes })
          const debug = attributes('writeback_rate_debug') ?? ''
          addSizes(families, { labels, table: writeback, attributes: linesOf(debug) })
        }
        for (const cache_device of namesIn(files, path, /^cache\d+$/)) {
          const attributes = attributesAt(files, `${path}/${cache_device}`)
          addSizes(families, { labels: { cache_device, uuid }, table: cache, attributes })
        }
      }
      return families.list()
    },
  }
}

function addSizes(
  families: Families,
  {
    labels,
    table,
    attributes,
  }: { labels: Labels; table: readonly NumberRow[]; attributes: Attributes },
): void {
  for (const [file, metric, unit] of table) {
    const value = sizeOf(attributes(file))
    families.add(metric, labels, value === undefined ? undefined : inUnit(value, unit))
  }
}

/** Lines such as `rate:		1.1M/sec`. */
const linesOf = (text: string) => (name: string) =>
  new RegExp(`^${name}:\\s*(.*?)(/sec)?$`, 'm').exec(text)?.[1]

/**
 * The kernel writes 1.9k for people, and what stands behind the point is no decimal fraction but
 * runs from 0 to 1023, a tenth of it at most two digits: node_exporter reads it so, and so do we.
 */
function sizeOf(text = ''): number | undefined {
  const [, sign, whole, fraction, letter] = /^(-?)(\d+)(?:\.(\d+))?([kMGTPEZY]?)$/.exec(text) ?? []
  if (whole === undefined) return undefined
  if (letter === '' || letter === undefined) return Number(text)
  const value = Number(whole) + Number(fraction ?? 0) / 10.24
  const bytes = Math.trunc(value * 1024 ** (1 + 'kMGTPEZY'.indexOf(letter)))
  return sign === '-' ? -bytes : bytes
}
