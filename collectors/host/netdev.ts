/** Traffic and faults of network devices: /proc/net/dev. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies } from '../families.ts'
import { type Files, readOptional } from '../files.ts'
import { numberOf, wordsOf } from './numbers.ts'

const received = (what: string) =>
  counter(`node_network_receive_${what}_total`, `Received by a network device: ${what}.`)
const sent = (what: string) =>
  counter(`node_network_transmit_${what}_total`, `Sent by a network device: ${what}.`)

/** In the kernel's order. */
const columns = [
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'].map(received),
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'].map(sent),
]
const nohandler = received('nohandler')

export function createNetdev({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'netdev',
    collect() {
      const families = createFamilies()
      for (const line of files.readText('/proc/net/dev').split('\n')) {
        // Old kernels print no space after the colon.
        const [, device, counts] = /^\s*([^\s|]+):\s*(\d.*)$/.exec(line) ?? []
        if (device === undefined || counts === undefined) continue
        const labels = { device }
        wordsOf(counts).forEach((count, i) => {
          const metric = columns[i]
          if (metric !== undefined) families.add(metric, labels, Number(count))
        })
        const unhandled = readOptional(files, `/sys/class/net/${device}/statistics/rx_nohandler`)
        families.add(nohandler, labels, numberOf(unhandled))
      }
      return families.list()
    },
  }
}
