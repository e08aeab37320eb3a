/** Whether SELinux guards the node. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { numberIn } from './numbers.ts'

const enabled = gauge('node_selinux_enabled', 'Whether SELinux is on.')
const current = gauge('node_selinux_current_mode', 'Whether it forbids (1) or only tells (0).')
const configured = gauge('node_selinux_config_mode', 'What it will do after the next boot.')

const modes: Readonly<Record<string, number>> = { enforcing: 1, permissive: 0, disabled: -1 }

export function createSelinux({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'selinux',
    collect() {
      const families = createFamilies()
      const mode = numberIn(files, '/sys/fs/selinux/enforce')
      families.add(enabled, {}, mode === undefined ? 0 : 1)
      if (mode === undefined) return families.list()
      families.add(current, {}, mode)
      const config = files.readIfPresent('/etc/selinux/config') ?? ''
      const [, word = ''] = /^SELINUX=(\w+)/m.exec(config) ?? []
      families.add(configured, {}, modes[word])
      return families.list()
    },
  }
}
