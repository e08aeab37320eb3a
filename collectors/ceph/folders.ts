/** The OSDs of this node by the folders that they keep: no program is asked, no cluster needed. */
import { type BlockFiles, disksBelow } from './disks-below.ts'
import type { OsdDisk } from './osd-disk.ts'

const home = '/var/lib/ceph'
const roles = [
  ['block', 'block'],
  ['block.db', 'db'],
  ['block.wal', 'wal'],
] as const

export function disksInFolders(files: BlockFiles): readonly OsdDisk[] {
  return foldersOf(files).flatMap(({ osd, path }) => {
    const inside = new Set(files.listIfPresent(path))
    return roles.flatMap(([link, role]) => {
      const node = inside.has(link) ? nodeAt(files, `${path}/${link}`) : undefined
      return node === undefined ? [] : [{ osd, role, node, devices: disksBelow(files, node) }]
    })
  })
}

/** `osd/<cluster>-<number>`; in containers `<id of the cluster>/osd.<number>`. */
function foldersOf(files: BlockFiles): readonly { osd: string; path: string }[] {
  const found = (folder: string, form: RegExp) =>
    files.listIfPresent(folder).flatMap((name) => {
      const osd = form.exec(name)?.[1]
      return osd === undefined ? [] : [{ osd, path: `${folder}/${name}` }]
    })
  const clusters = files
    .listIfPresent(home)
    .filter((name) => /^[\da-f]{8}-[\da-f-]{27}$/.test(name))
  return [
    ...found(`${home}/osd`, /^.+-(\d+)$/),
    ...clusters.flatMap((cluster) => found(`${home}/${cluster}`, /^osd\.(\d+)$/)),
  ]
}

/** Undefined: the link leads nowhere now, as that of a lost disk does. */
function nodeAt(files: BlockFiles, link: string): string | undefined {
  try {
    return files.realPath(link).split('/').at(-1)
  } catch {
    return undefined
  }
}
