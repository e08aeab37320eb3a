/** TCP connections by state. The kernel walks all of them to say so: at a pace of its own. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { socketsIn } from './sockets.ts'

const connections = gauge('node_tcp_connection_states', 'TCP connections in each state.')

/** By the kernel's numbers, which begin with 1. */
const states = [
  'established',
  'syn_sent',
  'syn_recv',
  'fin_wait1',
  'fin_wait2',
  'time_wait',
  'close',
  'close_wait',
  'last_ack',
  'listen',
  'closing',
]

export function createTcpstat({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'tcpstat',
    pace: { everyMs: 60_000, ageMsMax: 180_000 },
    collect() {
      const counts = new Map<string, number>()
      const count = (state: string, by: number) => counts.set(state, (counts.get(state) ?? 0) + by)
      for (const file of ['tcp', 'tcp6'])
        for (const socket of socketsIn(files.readIfPresent(`/proc/net/${file}`) ?? '')) {
          count(states[socket.state - 1] ?? 'unknown', 1)
          count('rx_queued_bytes', socket.rxBytes)
          count('tx_queued_bytes', socket.txBytes)
        }
      const families = createFamilies()
      for (const [state, value] of counts) families.add(connections, { state }, value)
      return families.list()
    },
  }
}
