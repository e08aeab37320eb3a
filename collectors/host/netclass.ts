/** State of network devices: link, speed, size of packets, and who they are: /sys/class/net. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import { type Files, readOptional } from '../files.ts'

/** A file of the device's folder, its metric, and what makes it our unit. */
const numbers = [
  ['addr_assign_type', gauge('node_network_address_assign_type', 'Where its address is from.'), 1],
  ['carrier', gauge('node_network_carrier', 'Whether the link is there.'), 1],
  ['carrier_changes', counter('node_network_carrier_changes_total', 'Changes of the link.'), 1],
  ['carrier_up_count', counter('node_network_carrier_up_changes_total', 'Links gained.'), 1],
  ['carrier_down_count', counter('node_network_carrier_down_changes_total', 'Links lost.'), 1],
  ['dev_id', gauge('node_network_device_id', 'Tells devices of one address apart.'), 1],
  ['dormant', gauge('node_network_dormant', 'Whether the device waits for another.'), 1],
  ['flags', gauge('node_network_flags', 'Flags of the device (IFF_*), as a number.'), 1],
  ['ifindex', gauge('node_network_iface_id', 'Number of the device.'), 1],
  ['iflink', gauge('node_network_iface_link', 'Number of the device below it.'), 1],
  ['link_mode', gauge('node_network_iface_link_mode', 'Whether it may be dormant.'), 1],
  ['mtu', gauge('node_network_mtu_bytes', 'Largest packet.'), 1],
  ['name_assign_type', gauge('node_network_name_assign_type', 'Where its name is from.'), 1],
  ['netdev_group', gauge('node_network_net_dev_group', 'Group of the device.'), 1],
  ['speed', gauge('node_network_speed_bytes', 'Speed of the link, bytes a second.'), 1e6 / 8],
  ['tx_queue_len', gauge('node_network_transmit_queue_length', 'Length of its queue.'), 1],
  ['type', gauge('node_network_protocol_type', 'Its protocol (ARPHRD_*), as a number.'), 1],
] as const

const up = gauge('node_network_up', 'Whether the device is in operation.')
const info = gauge('node_network_info', 'Who a network device is; always 1.')

export function createNetclass({ files }: { files: Pick<Files, 'readText' | 'list'> }): Collector {
  return {
    name: 'netclass',
    collect() {
      const families = createFamilies()
      for (const device of files.list('/sys/class/net')) {
        const read = (file: string) =>
          readOptional(files, `/sys/class/net/${device}/${file}`)?.trim()
        const operstate = read('operstate')
        if (operstate === undefined) continue // A file such as bonding_masters, or just unplugged.
        const labels = { device }
        for (const [file, metric, unit] of numbers)
          families.add(metric, labels, times(unit, read(file)))
        families.add(up, labels, operstate === 'up' ? 1 : 0)
        const [address = '', broadcast = ''] = [read('address'), read('broadcast')]
        const [duplex = '', ifalias = ''] = [read('duplex'), read('ifalias')]
        families.add(info, { address, broadcast, device, duplex, ifalias, operstate }, 1)
      }
      return families.list()
    },
  }
}

/** The kernel says an unknown speed as -1: no value at all is truer than a negative one. */
function times(unit: number, text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? undefined : Number(text)
  return value === undefined || value < 0 ? undefined : value * unit
}
