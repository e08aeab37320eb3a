/** For `--persistence.file=`: groups are kept in memory only, and a restart begins empty. */
import type { Disk } from '#lib/disk'

export const noDisk: Disk = {
  makeFolder: async () => {},
  list: async () => [],
  async *read() {},
  open: async () => ({
    append: async () => {},
    sync: async () => {},
    truncate: async () => {},
    close: async () => {},
  }),
  rename: async () => {},
  remove: async () => {},
  syncFolder: async () => {},
}
