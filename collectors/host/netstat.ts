/** Counters of the network protocols: /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families } from '../families.ts'
import type { Files } from '../files.ts'
import { numberOf } from './numbers.ts'
import { createUntyped } from './untyped.ts'

/** node_exporter's default, old and new, of several hundred; and what its dashboard asks beside. */
const chosen = new RegExp(
  '^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|' +
    'Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|' +
    'TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|' +
    'RetransSegs|CurrEstab|MaxConn)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|' +
    'SndbufErrors))$',
)

type NetstatFiles = Pick<Files, 'readText' | 'readIfPresent'>

export function createNetstat({ files }: { files: NetstatFiles }): Collector {
  const metricOf = createUntyped('node_netstat_', '/proc/net')
  const columnsOf = createColumns()
  /** Pairs of lines: `Tcp: RtoAlgorithm RtoMin …`, and below it the values. */
  const addPairs = (families: Families, text: string) => {
    const lines = text.split('\n')
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const values = lines[i + 1]?.split(' ') ?? []
      for (const { field, at } of columnsOf(lines[i] ?? ''))
        families.add(metricOf(field), {}, numberOf(values[at]))
    }
  }
  /** Lines such as `Icmp6InMsgs   4`. */
  const addList = (families: Families, text: string) => {
    for (const [, protocol, name, value] of text.matchAll(/^(\w*?6)(\w+)\s+(\d+)$/gm)) {
      const field = `${protocol}_${name}`
      if (chosen.test(field)) families.add(metricOf(field), {}, Number(value))
    }
  }
  return {
    name: 'netstat',
    collect() {
      const families = createFamilies()
      addPairs(families, files.readText('/proc/net/netstat'))
      addPairs(families, files.readText('/proc/net/snmp'))
      addList(families, files.readIfPresent('/proc/net/snmp6') ?? '')
      return families.list()
    },
  }
}

interface Column {
  readonly field: string
  readonly at: number
}

/** Which columns of a line count, by the line's head: it is the same from tick to tick. */
function createColumns(): (head: string) => readonly Column[] {
  const known = new Map<string, readonly Column[]>()
  return (head) => {
    const columns = known.get(head) ?? chosenColumns(head)
    known.set(head, columns)
    return columns
  }
}

function chosenColumns(head: string): readonly Column[] {
  const [protocol = '', ...names] = head.split(' ')
  return names
    .map((name, i) => ({ field: `${protocol.replace(':', '')}_${name}`, at: i + 1 }))
    .filter(({ field }) => chosen.test(field))
}
