/** InfiniBand and RoCE adapters: link, traffic and errors of each port: /sys/class/infiniband. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, askAttributes, type NumberRow, namesIn, numberOf } from './attributes.ts'
import { slowDeadlineMs, slowPace } from './pace.ts'

const of = 'node_infiniband'
const info = gauge(`${of}_info`, 'Who an adapter is; always 1.')
const state = gauge(`${of}_state_id`, 'State of the port; 4 is active.')
const physical = gauge(`${of}_physical_state_id`, 'State of its link; 5 is up.')
const rate = gauge(`${of}_rate_bytes_per_second`, 'Speed of its link.')
const hardware = counter(
  'zstone_infiniband_hardware_counter_total',
  'What the driver counts of a port beyond the standard, such as retransmissions.',
)

/** Data is counted in words of four bytes. */
const wordBytes = 4
const counters: readonly NumberRow[] = [
  row('VL15_dropped', 'vl15_dropped', 'Management packets dropped.'),
  row('excessive_buffer_overrun_errors', 'excessive_buffer_overrun_errors', 'Buffer overruns.'),
  row('link_downed', 'link_downed', 'Links lost.'),
  row('link_error_recovery', 'link_error_recovery', 'Links that recovered.'),
  row('local_link_integrity_errors', 'local_link_integrity_errors', 'Bad local links.'),
  row('multicast_rcv_packets', 'multicast_packets_received', 'Multicasts received.'),
  row('multicast_xmit_packets', 'multicast_packets_transmitted', 'Multicasts sent.'),
  row('port_rcv_constraint_errors', 'port_constraint_errors_received', 'Refused, received.'),
  row('port_rcv_data', 'port_data_received_bytes', 'Bytes received.', wordBytes),
  row('port_rcv_discards', 'port_discards_received', 'Dropped, received.'),
  row('port_rcv_errors', 'port_errors_received', 'Packets with an error.'),
  row('port_rcv_packets', 'port_packets_received', 'Packets received.'),
  row('port_rcv_remote_physical_errors', 'port_receive_remote_physical_errors', 'Bad remote link.'),
  row('port_rcv_switch_relay_errors', 'port_receive_switch_relay_errors', 'Not forwarded.'),
  row('port_xmit_constraint_errors', 'port_constraint_errors_transmitted', 'Refused, to send.'),
  row('port_xmit_data', 'port_data_transmitted_bytes', 'Bytes sent.', wordBytes),
  row('port_xmit_discards', 'port_discards_transmitted', 'Dropped, to send.'),
  row('port_xmit_packets', 'port_packets_transmitted', 'Packets sent.'),
  row('port_xmit_wait', 'port_transmit_wait', 'Ticks in which it had to wait to send.'),
  row('symbol_error', 'symbol_error', 'Small errors of the link.'),
  row('unicast_rcv_packets', 'unicast_packets_received', 'Unicasts received.'),
  row('unicast_xmit_packets', 'unicast_packets_transmitted', 'Unicasts sent.'),
]
/** Of old kernels, in a folder of their own. */
const legacy: readonly NumberRow[] = [
  row('port_multicast_rcv_packets', 'legacy_multicast_packets_received', 'Multicasts received.'),
  row('port_multicast_xmit_packets', 'legacy_multicast_packets_transmitted', 'Multicasts sent.'),
  row('port_rcv_data_64', 'legacy_data_received_bytes', 'Bytes received.', wordBytes),
  row('port_rcv_packets_64', 'legacy_packets_received', 'Packets received.'),
  row('port_unicast_rcv_packets', 'legacy_unicast_packets_received', 'Unicasts received.'),
  row('port_unicast_xmit_packets', 'legacy_unicast_packets_transmitted', 'Unicasts sent.'),
  row('port_xmit_data_64', 'legacy_data_transmitted_bytes', 'Bytes sent.', wordBytes),
  row('port_xmit_packets_64', 'legacy_packets_transmitted', 'Packets sent.'),
]

const root = '/sys/class/infiniband'

type InfinibandFiles = Pick<Files, 'readTextLater' | 'listIfPresent'>

export function createInfiniband({ files }: { files: InfinibandFiles }): Collector {
  return {
    name: 'infiniband',
    // The driver asks the firmware of the adapter for each of them.
    pace: slowPace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      for (const device of namesIn(files, root)) {
        const folder = `${root}/${device}`
        const names = ['board_id', 'fw_ver', 'hca_type']
        const facts = await askAttributes(files, { folder, names, stop })
        const labels = {
          board_id: facts('board_id') ?? '',
          device,
          firmware_version: facts('fw_ver') ?? '',
          hca_type: facts('hca_type') ?? '',
        }
        families.add(info, labels, 1)
        for (const port of namesIn(files, `${folder}/ports`, /^\d+$/))
          await addPort(families, { device, port, stop }, files)
      }
      return families.list()
    },
  }
}

async function addPort(
  families: Families,
  { device, port, stop }: { device: string; port: string; stop: AbortSignal },
  files: InfinibandFiles,
): Promise<void> {
  const folder = `${root}/${device}/ports/${port}`
  const labels = { device, port }
  const facts = await askAttributes(files, { folder, names: ['state', 'phys_state', 'rate'], stop })
  families.add(state, labels, leadingNumber(facts('state')))
  families.add(physical, labels, leadingNumber(facts('phys_state')))
  const gigabits = leadingNumber(facts('rate'))
  families.add(rate, labels, gigabits === undefined ? undefined : (gigabits * 1e9) / 8)
  for (const [place, table] of [
    ['counters', counters],
    ['counters_ext', legacy],
  ] as const) {
    const names = namesIn(files, `${folder}/${place}`)
    const attributes = await askAttributes(files, { folder: `${folder}/${place}`, names, stop })
    addNumbers(families, { labels, table, attributes })
  }
  const place = `${folder}/hw_counters`
  // `lifespan` is how fresh they are, not a count.
  const names = namesIn(files, place).filter((name) => name !== 'lifespan')
  const counts = await askAttributes(files, { folder: place, names, stop })
  for (const name of names)
    families.add(hardware, { ...labels, counter: name }, numberOf(counts(name)))
}

/** `4: ACTIVE` and `2.5 Gb/sec (1X SDR)`. */
const leadingNumber = (text = '') => numberOf(/^\d+(\.\d+)?/.exec(text)?.[0])

function row(file: string, name: string, help: string, unit = 1): NumberRow {
  return [file, counter(`${of}_${name}_total`, help), unit]
}
