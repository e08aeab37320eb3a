/** What XFS file systems did: /sys/fs/xfs. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies } from '../families.ts'
import { type Files, readOptional } from '../files.ts'
import { namesIn, numberOf } from './attributes.ts'
import { slowPace } from './pace.ts'

/** By the first word of a line, the names of its columns. */
const lines: Readonly<Record<string, readonly string[]>> = {
  extent_alloc: columns(
    'extent_allocation',
    'extents_allocated blocks_allocated extents_freed blocks_freed',
  ),
  abt: columns('allocation_btree', 'lookups compares records_inserted records_deleted'),
  blk_map: columns(
    'block_mapping',
    'reads writes unmaps extent_list_insertions extent_list_deletions ' +
      'extent_list_lookups extent_list_compares',
  ),
  bmbt: columns('block_map_btree', 'lookups compares records_inserted records_deleted'),
  dir: columns('directory_operation', 'lookup create remove getdents'),
  ig: columns(
    'inode_operation',
    'attempts found recycled missed duplicates reclaims attribute_changes',
  ),
  rw: ['write_calls', 'read_calls'],
  vnodes: columns('vnode', 'active allocate get hold release reclaim remove'),
}

const metrics = new Map(
  Object.entries(lines).map(([line, names]) => [
    line,
    names.map((name) =>
      counter(`node_xfs_${name}_total`, `What XFS counts as ${name.replaceAll('_', ' ')}.`),
    ),
  ]),
)

const folder = '/sys/fs/xfs'

export function createXfs({
  files,
}: {
  files: Pick<Files, 'readText' | 'listIfPresent'>
}): Collector {
  return {
    name: 'xfs',
    pace: slowPace,
    collect() {
      const families = createFamilies()
      for (const device of namesIn(files, folder)) {
        const text = readOptional(files, `${folder}/${device}/stats/stats`) ?? ''
        for (const line of text.split('\n')) {
          const [word = '', ...counts] = line.split(' ')
          metrics.get(word)?.forEach((metric, i) => {
            families.add(metric, { device }, numberOf(counts[i]))
          })
        }
      }
      return families.list()
    },
  }
}

function columns(group: string, names: string): readonly string[] {
  return names.split(' ').map((name) => `${group}_${name}`)
}
