/** Which disks a block device lies on: through volumes, encryption and partitions. */
import type { Files } from '../files.ts'

export type BlockFiles = Pick<Files, 'listIfPresent' | 'readIfPresent' | 'realPath'>

/** Deeper than anybody stacks them, for a loop that should not be. */
const depthMax = 8

export function disksBelow(files: BlockFiles, name: string, depth = 0): readonly string[] {
  const slaves = files.listIfPresent(`/sys/class/block/${name}/slaves`)
  if (slaves.length > 0 && depth < depthMax)
    return [...new Set(slaves.flatMap((slave) => disksBelow(files, slave, depth + 1)))].sort()
  return [wholeOf(files, name)]
}

/** A partition is a folder in that of its disk. */
function wholeOf(files: BlockFiles, name: string): string {
  if (files.readIfPresent(`/sys/class/block/${name}/partition`) === undefined) return name
  return files.realPath(`/sys/class/block/${name}`).split('/').at(-2) ?? name
}
