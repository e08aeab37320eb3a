/** Disks that DRBD mirrors to a peer: /proc/drbd (8.x). */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge, type Metric } from '../families.ts'
import type { Files } from '../files.ts'
import { numberOf } from './attributes.ts'

const kilo = 1024
const numbers: Readonly<Record<string, readonly [Metric, unit: number]>> = {
  ns: [counter('node_drbd_network_sent_bytes_total', 'Bytes sent to the peer.'), kilo],
  // The kernel counts kilobytes here too; node_exporter does not, and dashboards follow it.
  nr: [counter('node_drbd_network_received_bytes_total', 'Kilobytes from the peer.'), 1],
  dw: [counter('node_drbd_disk_written_bytes_total', 'Bytes written to the disk.'), kilo],
  dr: [counter('node_drbd_disk_read_bytes_total', 'Bytes read from the disk.'), kilo],
  al: [counter('node_drbd_activitylog_writes_total', 'Writes of the activity log.'), 1],
  bm: [counter('node_drbd_bitmap_writes_total', 'Writes of the bitmap.'), 1],
  lo: [gauge('node_drbd_local_pending', 'Requests open at the disk.'), 1],
  pe: [gauge('node_drbd_remote_pending', 'Requests open at the peer.'), 1],
  ua: [gauge('node_drbd_remote_unacknowledged', 'Requests of the peer not yet answered.'), 1],
  ap: [gauge('node_drbd_application_pending', 'Requests of users not yet answered.'), 1],
  ep: [gauge('node_drbd_epochs', 'Epochs under way.'), 1],
  oos: [gauge('node_drbd_out_of_sync_bytes', 'Bytes that differ from the peer.'), kilo],
}
/** Said of this node and of its peer, `Primary/Secondary`: the metric, and the good word. */
const pairs: Readonly<Record<string, readonly [Metric, good: string]>> = {
  ro: [gauge('node_drbd_node_role_is_primary', 'Whether the node is primary.'), 'Primary'],
  ds: [gauge('node_drbd_disk_state_is_up_to_date', 'Whether its disk is in sync.'), 'UpToDate'],
}
const connected = gauge('node_drbd_connected', 'Whether the peer is connected.')

export function createDrbd({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'drbd',
    collect() {
      const families = createFamilies()
      const text = files.readIfPresent('/proc/drbd') ?? ''
      for (const section of text.split(/^\s*(?=\d+:)/m)) {
        const [, id, facts = ''] = /^(\d+):(.*)$/s.exec(section) ?? []
        if (id !== undefined) addDevice(families, `drbd${id}`, facts)
      }
      return families.list()
    },
  }
}

function addDevice(families: Families, device: string, facts: string): void {
  for (const [, key = '', said = ''] of facts.matchAll(/(\w+):(\S+)/g)) {
    const number = numbers[key]
    const pair = pairs[key]
    const value = numberOf(said)
    if (number !== undefined && value !== undefined)
      families.add(number[0], { device }, value * number[1])
    if (key === 'cs') families.add(connected, { device }, said === 'Connected' ? 1 : 0)
    if (pair === undefined) continue
    const [local, remote] = said.split('/')
    families.add(pair[0], { device, node: 'local' }, local === pair[1] ? 1 : 0)
    families.add(pair[0], { device, node: 'remote' }, remote === pair[1] ? 1 : 0)
  }
}
