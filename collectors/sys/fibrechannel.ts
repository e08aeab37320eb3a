/** Fibre Channel host adapters: link, traffic and errors: /sys/class/fc_host. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { askAttributes, namesIn, numberOf } from './attributes.ts'
import { slowDeadlineMs, slowPace } from './pace.ts'

const of = 'node_fibrechannel'
const info = gauge(`${of}_info`, 'Who an adapter is, and its link; always 1.')
const facts = [
  'dev_loss_tmo',
  'fabric_name',
  'port_id',
  'port_name',
  'port_state',
  'port_type',
  'speed',
  'supported_classes',
  'supported_speeds',
  'symbolic_name',
] as const
const counts = [
  ['dumped_frames', counter(`${of}_dumped_frames_total`, 'Frames lost for want of room.')],
  ['error_frames', counter(`${of}_error_frames_total`, 'Frames with an error.')],
  ['fcp_packet_aborts', counter(`${of}_fcp_packet_aborts_total`, 'Packets given up.')],
  ['invalid_crc_count', counter(`${of}_invalid_crc_total`, 'Frames with a bad checksum.')],
  ['invalid_tx_word_count', counter(`${of}_invalid_tx_words_total`, 'Bad words sent.')],
  ['link_failure_count', counter(`${of}_link_failure_total`, 'Links lost.')],
  ['loss_of_signal_count', counter(`${of}_loss_of_signal_total`, 'Signals lost.')],
  ['loss_of_sync_count', counter(`${of}_loss_of_sync_total`, 'Syncs lost.')],
  ['nos_count', counter(`${of}_nos_total`, 'Primitives that say: not operational.')],
  ['rx_frames', counter(`${of}_rx_frames_total`, 'Frames received.')],
  ['rx_words', counter(`${of}_rx_words_total`, 'Words received.')],
  ['seconds_since_last_reset', counter(`${of}_seconds_since_last_reset_total`, 'Age of these.')],
  ['tx_frames', counter(`${of}_tx_frames_total`, 'Frames sent.')],
  ['tx_words', counter(`${of}_tx_words_total`, 'Words sent.')],
] as const

const root = '/sys/class/fc_host'

type FibrechannelFiles = Pick<Files, 'readTextLater' | 'listIfPresent'>

export function createFibrechannel({ files }: { files: FibrechannelFiles }): Collector {
  return {
    name: 'fibrechannel',
    // The driver asks the firmware of the adapter for each of them.
    pace: slowPace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      for (const fc_host of namesIn(files, root, /^host\d+$/)) {
        const folder = `${root}/${fc_host}`
        const fact = await askAttributes(files, { folder, names: facts, stop })
        const said = facts.map((name) => [name, bare(name, fact(name) ?? '')])
        families.add(info, { fc_host, ...Object.fromEntries(said) }, 1)
        const names = counts.map(([name]) => name)
        const place = `${folder}/statistics`
        const count = await askAttributes(files, { folder: place, names, stop })
        for (const [name, metric] of counts) families.add(metric, { fc_host }, known(count(name)))
      }
      return families.list()
    },
  }
}

/** Names and ids of ports are said as 0x…, and known without. */
const bare = (name: string, text: string) =>
  /^(fabric_name|port_id|port_name)$/.test(name) ? text.replace(/^0x/, '') : text

/** All bits set is how a driver says that it does not count this. */
const known = (text: string | undefined) =>
  text === '0xffffffffffffffff' ? undefined : numberOf(text)
