/** The OSDs of this node by what they told the cluster: `ceph osd metadata --format json`. */
import { type Json, listAt, parseJson, textAt } from '../smart/json.ts'
import { type BlockFiles, disksBelow } from './disks-below.ts'
import type { OsdDisk } from './osd-disk.ts'

const places = [
  { role: 'block', prefix: 'bluestore_bdev' },
  { role: 'db', prefix: 'bluefs_db' },
  { role: 'wal', prefix: 'bluefs_wal' },
] as const

/** Throws where the answer is none. */
export function disksInMetadata(
  answer: string,
  { files, hostname }: { files: BlockFiles; hostname: string },
): readonly OsdDisk[] {
  const start = answer.indexOf('[')
  const whole = start < 0 ? undefined : parseJson(`{"osds":${answer.slice(start)}}`)
  if (whole === undefined) throw new Error('ceph gave no list of OSDs')
  return listAt(whole, 'osds')
    .filter((osd) => shortName(textAt(osd, 'hostname') ?? '') === shortName(hostname))
    .flatMap((osd) => disksOf(osd, files))
}

/** Of a database or log beside the data it says the data's device. */
function disksOf(osd: Json, files: BlockFiles): OsdDisk[] {
  const number = textAt(osd, 'id')
  if (number === undefined) return []
  const seen = new Set<string>()
  return places.flatMap(({ role, prefix }) => {
    const path = textAt(osd, `${prefix}_dev_node`)
    const node = path?.split('/').at(-1)
    if (node === undefined || node === '' || node === 'unknown' || seen.has(node)) return []
    seen.add(node)
    const named = textAt(osd, `${prefix}_devices`)?.split(',').filter(Boolean) ?? []
    const devices = named.length > 0 ? named : disksBelow(files, node)
    return [{ osd: number, role, node, devices }]
  })
}

const shortName = (hostname: string) => hostname.trim().split('.')[0]
