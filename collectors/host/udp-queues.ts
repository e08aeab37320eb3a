/** Bytes that wait in the queues of UDP sockets. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { socketsIn } from './sockets.ts'

const queues = gauge('node_udp_queues', 'Bytes in the queues of UDP sockets.')

export function createUdpQueues({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'udp_queues',
    collect() {
      const families = createFamilies()
      for (const [ip, file] of [
        ['v4', 'udp'],
        ['v6', 'udp6'],
      ] as const) {
        const text = files.readIfPresent(`/proc/net/${file}`)
        if (text === undefined) continue
        let [tx, rx] = [0, 0]
        for (const socket of socketsIn(text)) {
          tx += socket.txBytes
          rx += socket.rxBytes
        }
        families.add(queues, { ip, queue: 'tx' }, tx)
        families.add(queues, { ip, queue: 'rx' }, rx)
      }
      return families.list()
    },
  }
}
