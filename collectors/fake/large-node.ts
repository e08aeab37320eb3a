/** For tests and benchmarks: an invented storage node, as big as they come, to be planted. */
import { devicesOf } from './large-node-devices.ts'
import { lines, range } from './lines.ts'
import type { Tree } from './tree.ts'

export interface LargeNode {
  readonly processors?: number
  readonly disks?: number
  readonly nics?: number
  /** How long it has run: counters go up with it. */
  readonly seconds?: number
}

export function largeNode(node: LargeNode = {}): Tree {
  const { processors = 32, disks = 24, nics = 4, seconds = 1_000_000 } = node
  return {
    files: {
      ...kernel(seconds),
      ...processorsOf(processors, seconds),
      ...network(processors, seconds),
      ...devicesOf({ disks, nics, seconds }),
    },
  }
}

type Files = Record<string, string>

function processorsOf(count: number, seconds: number): Files {
  const files: Files = {}
  const times = (i: number) =>
    [31, 2, 11, 700 + i, 5, 0, 3, 1, 4, 0].map((share) => Math.floor((seconds * share) / 8))
  const scheduled = `${seconds * 9e8} ${seconds * 1e6} ${seconds * 9}`
  const interrupts = range(400).map((i) => i * Math.floor(seconds / 100))
  files['proc/stat'] = lines([
    `cpu  ${times(0).join(' ')}`,
    ...range(count).map((i) => `cpu${i} ${times(i).join(' ')}`),
    `intr ${seconds * 900} ${interrupts.join(' ')}`,
    `ctxt ${seconds * 5000}`,
    'btime 1763700000',
    `processes ${seconds * 3}`,
    'procs_running 4',
    'procs_blocked 1',
    `softirq ${seconds * 700} 1 2 3 4 5 6 7 8 9 10`,
  ])
  files['proc/schedstat'] = lines([
    'version 15',
    'timestamp 4294967296',
    ...range(count).map((i) => `cpu${i} 0 0 0 0 0 0 ${scheduled}`),
  ])
  for (const i of range(count)) {
    const at = `sys/devices/system/cpu/cpu${i}`
    files[`${at}/topology/core_id`] = `${Math.floor(i / 2)}\n`
    files[`${at}/topology/physical_package_id`] = i < count / 2 ? '0\n' : '1\n'
    files[`${at}/thermal_throttle/core_throttle_count`] = `${i * 3}\n`
    files[`${at}/thermal_throttle/package_throttle_count`] = '7\n'
  }
  return files
}

const memory =
  'MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active(anon) ' +
  'Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked SwapTotal SwapFree Zswap ' +
  'Zswapped Dirty Writeback AnonPages Mapped Shmem KReclaimable Slab SReclaimable SUnreclaim ' +
  'KernelStack PageTables SecPageTables NFS_Unstable Bounce WritebackTmp CommitLimit ' +
  'Committed_AS VmallocTotal VmallocUsed VmallocChunk Percpu HardwareCorrupted AnonHugePages ' +
  'ShmemHugePages ShmemPmdMapped FileHugePages FilePmdMapped Hugetlb DirectMap4k DirectMap2M ' +
  'DirectMap1G'
const paging = 'pgpgin pgpgout pswpin pswpout pgfault pgmajfault oom_kill nr_free_pages pgalloc_dma'

function kernel(seconds: number): Files {
  const pressure = (share: number) =>
    `avg10=0.10 avg60=0.20 avg300=0.30 total=${Math.floor(seconds * share * 1e6)}`
  const both = `some ${pressure(0.02)}\nfull ${pressure(0.01)}\n`
  return {
    'etc/os-release':
      'PRETTY_NAME="Invented GNU/Linux 12 (paper)"\nNAME="Invented GNU/Linux"\n' +
      'VERSION_ID="12.4"\n' +
      "VERSION='12 (paper)'\nVERSION_CODENAME=paper\nID=invented\nID_LIKE=debian\n",
    'proc/1/mounts': '/dev/sda / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\n',
    'proc/cpuinfo': 'processor\t: 0\nvendor_id\t: ZStone\n\n',
    'proc/loadavg': '3.14 2.71 1.41 4/2231 90210\n',
    'proc/meminfo': lines([
      ...memory.split(' ').map((field, i) => `${field}:   ${(i + 1) * 123_456} kB`),
      'HugePages_Total:       4',
      'HugePages_Free:        3',
    ]),
    'proc/pressure/cpu': both,
    'proc/pressure/io': both,
    'proc/pressure/irq': `full ${pressure(0.001)}\n`,
    'proc/pressure/memory': both,
    'proc/sys/fs/file-nr': '14592\t0\t9223372036854775807\n',
    'proc/sys/kernel/hostname': 'store-24\n',
    'proc/sys/kernel/domainname': '(none)\n',
    'proc/sys/kernel/osrelease': '6.12.0-zst\n',
    'proc/sys/kernel/ostype': 'Linux\n',
    'proc/sys/kernel/version': '#1 SMP\n',
    'proc/sys/kernel/pid_max': '4194304\n',
    'proc/sys/kernel/threads-max': '2062157\n',
    'proc/sys/kernel/random/entropy_avail': '256\n',
    'proc/sys/kernel/random/poolsize': '256\n',
    'proc/self/smaps': '5500-5600 r-xp 0 08:01 1 /node\nKernelPageSize:        4 kB\n',
    'proc/vmstat': lines(paging.split(' ').map((field, i) => `${field} ${seconds * (i + 1)}`)),
    'sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet acpi_pm \n',
    'sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
    ...processes(),
  }
}

function processes(): Files {
  const stat = (pid: number, name: string, state: string) =>
    `${pid} (${name}) ${state} 1 ${pid} ${pid} 0 -1 4194560 9 9 0 0 5 5 0 0 20 0 7 0 100 1 1 ` +
    `${'0 '.repeat(28)}\n`
  return {
    'proc/1/stat': stat(1, 'init', 'S'),
    'proc/77/stat': stat(77, 'a) b (c', 'D'),
    'proc/78/stat': stat(78, 'kworker/0:1', 'I'),
  }
}

const tcpExt =
  'SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled ListenOverflows ' +
  'ListenDrops TCPTimeouts TCPSynRetrans TCPOFOQueue TCPRcvQDrop TCPKeepAlive'
const ipExt = 'InNoRoutes InTruncatedPkts InMcastPkts InOctets OutOctets InMcastOctets'
const protocols: Readonly<Record<string, string>> = {
  Ip: 'Forwarding DefaultTTL InReceives InHdrErrors',
  Icmp: 'InMsgs InErrors InCsumErrors OutMsgs OutErrors',
  Tcp:
    'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets ' +
    'CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors',
  Udp: 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors',
  UdpLite: 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors',
}

function network(processors: number, seconds: number): Files {
  const pair = (protocol: string, names: string) => {
    const values = names.split(' ').map((_, i) => i * seconds)
    return `${protocol}: ${names}\n${protocol}: ${values.join(' ')}\n`
  }
  const hex = (value: number) => value.toString(16).padStart(8, '0')
  const socket = (i: number, state: string) =>
    `  ${i}: 0100007F:1F90 00000000:0000 ${state} 0000000${i}:000000A0 00:00000000 00000000 ` +
    '    0        0 9 2 ff 0'
  const softnet = (i: number) => [seconds * 9, i, i * 2, 0, 0, 0, 0, 0, 0, i * 3, i, 2, i]
  const six = 'Ip6InOctets Ip6OutOctets Icmp6InMsgs Icmp6InErrors Udp6InDatagrams Udp6InErrors'
  return {
    'proc/net/netstat': pair('TcpExt', tcpExt) + pair('IpExt', ipExt),
    'proc/net/snmp': Object.entries(protocols)
      .map(([protocol, names]) => pair(protocol, names))
      .join(''),
    'proc/net/snmp6': lines(six.split(' ').map((name, i) => `${name.padEnd(32)}\t${i * seconds}`)),
    'proc/net/sockstat':
      'sockets: used 291\nTCP: inuse 40 orphan 1 tw 19 alloc 45 mem 6\nUDP: inuse 9 mem 3\n' +
      'UDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n',
    'proc/net/sockstat6': 'TCP6: inuse 14\nUDP6: inuse 5\nRAW6: inuse 1\nFRAG6: inuse 0 memory 0\n',
    'proc/net/softnet_stat': lines(range(processors).map((i) => softnet(i).map(hex).join(' '))),
    'proc/net/arp': lines([
      'IP address       HW type     Flags       HW address            Mask     Device',
      '10.0.0.7         0x1         0x2         02:00:00:00:00:07     *        eth0',
      '10.0.0.8         0x1         0x0         00:00:00:00:00:00     *        eth0',
      '10.1.0.8         0x1         0x2         02:00:00:00:01:08     *        eth1',
    ]),
    'proc/net/stat/nf_conntrack': lines([
      'entries  searched found new invalid ignore delete delete_list insert insert_failed drop ' +
        'early_drop icmp_error expect_new expect_create expect_delete search_restart',
      ...range(2).map((i) =>
        range(17)
          .map((j) => hex(i * 100 + j))
          .join(' '),
      ),
    ]),
    'proc/sys/net/netfilter/nf_conntrack_count': '1234\n',
    'proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
    'proc/net/udp': lines(['  sl  local_address', socket(1, '07'), socket(2, '07')]),
    'proc/net/udp6': lines(['  sl  local_address']),
    'proc/net/tcp': lines(['  sl  local_address', socket(1, '01'), socket(2, '0A')]),
  }
}
