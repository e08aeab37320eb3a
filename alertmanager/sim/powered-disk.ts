/** A disk that answers as long as its machine has power. */
import type { Disk, DiskFile } from '#lib/disk'

/** `passes` is asked before each operation: false: it is not done, and nobody ever hears of it. */
export function poweredDisk(disk: Disk, passes: () => boolean): Disk {
  const powered = async <T>(work: () => Promise<T>): Promise<T> =>
    passes() ? work() : new Promise(() => {})
  const fileOf = (file: DiskFile): DiskFile => ({
    append: (bytes) => powered(() => file.append(bytes)),
    sync: () => powered(() => file.sync()),
    truncate: (sizeBytes) => powered(() => file.truncate(sizeBytes)),
    close: () => powered(() => file.close()),
  })
  return {
    makeFolder: (folder) => powered(() => disk.makeFolder(folder)),
    list: (folder) => powered(() => disk.list(folder)),
    read: (path) => disk.read(path),
    open: (path) => powered(async () => fileOf(await disk.open(path))),
    rename: (from, to) => powered(() => disk.rename(from, to)),
    remove: (path) => powered(() => disk.remove(path)),
    syncFolder: (folder) => powered(() => disk.syncFolder(folder)),
  }
}
