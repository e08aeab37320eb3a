/** ZFS: caches, pools, data sets: /proc/spl/kstat/zfs. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge, type Metric } from '../families.ts'
import { type Files, readOptional } from '../files.ts'
import { namesIn, numberOf } from './attributes.ts'
import { slowPace } from './pace.ts'

const folder = '/proc/spl/kstat/zfs'

/** What a file of the folder is called in its metrics. */
const subsystems: Readonly<Record<string, string>> = {
  abdstats: 'abd',
  arcstats: 'arc',
  dbufstats: 'dbuf',
  dmu_tx: 'dmu_tx',
  dnodestats: 'dnode',
  fm: 'fm',
  vdev_cache_stats: 'vdev_cache',
  vdev_mirror_stats: 'vdev_mirror',
  xuio_stats: 'xuio',
  zfetchstats: 'zfetch',
  zil: 'zil',
}

const state = gauge('node_zfs_zpool_state', 'The state of a pool: 1 for the one it is in.')
const states = ['online', 'degraded', 'faulted', 'offline', 'removed', 'unavail', 'suspended']

type ZfsFiles = Pick<Files, 'readText' | 'listIfPresent'>

export function createZfs({ files }: { files: ZfsFiles }): Collector {
  return {
    name: 'zfs',
    pace: slowPace, // Hundreds of counters, and some for each data set.
    collect() {
      const families = createFamilies()
      for (const name of namesIn(files, folder)) {
        const subsystem = subsystems[name]
        if (subsystem === undefined) addPool(families, name, files)
        else
          for (const { key, value } of parseKstat(readOptional(files, `${folder}/${name}`)))
            families.add(untyped(`node_zfs_${subsystem}_${key}`), {}, value)
      }
      return families.list()
    },
  }
}

/** What is no pool has none of its files. */
function addPool(families: Families, zpool: string, files: ZfsFiles): void {
  const path = `${folder}/${zpool}`
  for (const name of namesIn(files, path, /^(io|state|objset-.+)$/)) {
    const text = readOptional(files, `${path}/${name}`) ?? ''
    if (name === 'io') addIo(families, zpool, text)
    else if (name === 'state') addState(families, zpool, text)
    else addDataset(families, zpool, text)
  }
}

/** A line of names, and a line of numbers below it. */
function addIo(families: Families, zpool: string, text: string): void {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const head = lines.findIndex(([first]) => first === 'nread')
  if (head === -1) return
  lines[head]?.forEach((key, i) => {
    families.add(untyped(`node_zfs_zpool_${key}`), { zpool }, numberOf(lines[head + 1]?.[i]))
  })
}

function addState(families: Families, zpool: string, text: string): void {
  const now = text.trim().toLowerCase()
  for (const one of states) families.add(state, { zpool, state: one }, one === now ? 1 : 0)
}

function addDataset(families: Families, zpool: string, text: string): void {
  const dataset = /^dataset_name\s+\d+\s+(.*)$/m.exec(text)?.[1]?.trim()
  if (dataset === undefined) return
  for (const { key, value } of parseKstat(text))
    families.add(untyped(`node_zfs_zpool_dataset_${key}`), { zpool, dataset }, value)
}

/** Lines of name, type and value; types 3 and 4 are 64-bit numbers. */
function parseKstat(text = ''): readonly { key: string; value: number | undefined }[] {
  return text.split('\n').flatMap((line) => {
    const [key = '', type = '', value] = line.trim().split(/\s+/)
    if (type !== '3' && type !== '4') return []
    return [{ key: key.replaceAll(/[^a-zA-Z0-9_]/g, '_'), value: numberOf(value) }]
  })
}

const untyped = (name: string): Metric => ({ name, type: 'untyped', help: 'A counter of ZFS.' })
