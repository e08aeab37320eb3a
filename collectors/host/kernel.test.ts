/** The collectors of a few numbers each, over the invented node. */
import { afterAll, expect, test } from '@jest/globals'
import { largeNode } from '../fake/large-node.ts'
import { collected } from '../fake/series.ts'
import { plantTree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { createArp } from './arp.ts'
import { createConntrack } from './conntrack.ts'
import { createEntropy } from './entropy.ts'
import { createFilefd } from './filefd.ts'
import { createKernelHung } from './kernel-hung.ts'
import { createNetstat } from './netstat.ts'
import { createOs } from './os.ts'
import { createProcesses } from './processes.ts'
import { createSchedstat } from './schedstat.ts'
import { createSelinux } from './selinux.ts'
import { createSockstat } from './sockstat.ts'
import { createSoftnet } from './softnet.ts'
import { createTcpstat } from './tcpstat.ts'
import { createTime } from './time.ts'
import { createUdpQueues } from './udp-queues.ts'
import { createVmstat } from './vmstat.ts'

const planted = plantTree(largeNode({ processors: 2, disks: 1, nics: 1, seconds: 1000 }))
const files = createFiles(planted.root)
/** A kernel that has none of these. */
const none = createFiles('/nowhere')
afterAll(planted.remove)

test('neighbours are counted by device', async () => {
  expect(await collected(createArp({ files }))).toEqual({
    'node_arp_entries{device="eth0"}': 2,
    'node_arp_entries{device="eth1"}': 1,
  })
})

test('events of the firewall are summed over processors, from hexadecimal', async () => {
  const series = await collected(createConntrack({ files }))
  expect(series).toMatchObject({
    node_nf_conntrack_entries: 1234,
    node_nf_conntrack_entries_limit: 262_144,
    node_nf_conntrack_stat_found: 104,
    node_nf_conntrack_stat_drop: 120,
  })
  expect(await collected(createConntrack({ files: none }))).toEqual({})
})

test('open files and entropy are those of the kernel', async () => {
  expect(await collected(createFilefd({ files }))).toEqual({
    node_filefd_allocated: 14_592,
    node_filefd_maximum: 2 ** 63,
  })
  expect(await collected(createEntropy({ files }))).toEqual({
    node_entropy_available_bits: 256,
    node_entropy_pool_size_bits: 256,
  })
})

test('hanging tasks are counted where the kernel does, else absent', async () => {
  const counting = createFiles()
  const files = { ...counting, readIfPresent: () => '3\n' }
  expect(await collected(createKernelHung({ files }))).toEqual({ node_kernel_hung_tasks_total: 3 })
  expect(await collected(createKernelHung({ files: none }))).toEqual({})
})

test('of hundreds of protocol counters the chosen ones are exported', async () => {
  const series = await collected(createNetstat({ files }))
  expect(series).toMatchObject({
    node_netstat_Tcp_CurrEstab: 8000,
    node_netstat_TcpExt_TCPSynRetrans: 8000,
    node_netstat_IpExt_InOctets: 3000,
    node_netstat_Icmp_InErrors: 1000,
    node_netstat_UdpLite_InErrors: 2000,
    node_netstat_Icmp6_InMsgs: 2000,
    node_netstat_Udp6_InErrors: 5000,
  })
  expect(series).not.toHaveProperty('node_netstat_Tcp_RtoMin')
})

test('the system says its name, version and kin', async () => {
  const series = await collected(createOs({ files }))
  const [info = ''] = Object.keys(series).filter((name) => name.startsWith('node_os_info'))
  expect(info).toContain('pretty_name="Invented GNU/Linux 12 (paper)"')
  expect(info).toContain('version="12 (paper)"')
  expect(series).toMatchObject({
    'node_os_version{id="invented", id_like="debian", name="Invented GNU/Linux"}': 12.4,
  })
  expect(await collected(createOs({ files: none }))).toEqual({})
})

test('processes are counted by state, whatever their names are', async () => {
  expect(await collected(createProcesses({ files }))).toEqual({
    'node_processes_state{state="D"}': 1,
    'node_processes_state{state="I"}': 1,
    'node_processes_state{state="S"}': 1,
    node_processes_pids: 3,
    node_processes_threads: 21,
    node_processes_max_processes: 4_194_304,
    node_processes_max_threads: 2_062_157,
  })
})

test('time of the scheduler is in seconds', async () => {
  expect(await collected(createSchedstat({ files }))).toMatchObject({
    'node_schedstat_running_seconds_total{cpu="1"}': 900,
    'node_schedstat_waiting_seconds_total{cpu="1"}': 1,
    'node_schedstat_timeslices_total{cpu="0"}': 9000,
  })
  expect(await collected(createSchedstat({ files: none }))).toEqual({})
})

test('SELinux is off where the kernel has none, else it says its mode', async () => {
  expect(await collected(createSelinux({ files }))).toEqual({ node_selinux_enabled: 0 })
  const texts: Record<string, string> = {
    '/sys/fs/selinux/enforce': '1',
    '/etc/selinux/config': '# a comment\nSELINUX=permissive\nSELINUXTYPE=targeted\n',
  }
  const enforcing = { readIfPresent: (path: string) => texts[path] }
  expect(await collected(createSelinux({ files: enforcing }))).toEqual({
    node_selinux_enabled: 1,
    node_selinux_current_mode: 1,
    node_selinux_config_mode: 0,
  })
})

test('sockets hold memory in pages, whose size the kernel says', async () => {
  expect(await collected(createSockstat({ files }))).toMatchObject({
    node_sockstat_sockets_used: 291,
    node_sockstat_TCP_inuse: 40,
    node_sockstat_TCP_mem: 6,
    node_sockstat_TCP_mem_bytes: 24_576,
    node_sockstat_TCP6_inuse: 14,
    node_sockstat_FRAG_memory: 0,
  })
  const silent = {
    readIfPresent: (path: string) =>
      path === '/proc/self/smaps' ? undefined : files.readIfPresent(path),
  }
  const series = await collected(createSockstat({ files: silent }))
  expect(series).not.toHaveProperty('node_sockstat_TCP_mem_bytes')
})

test('packets are counted by the processor that the line names, or by its place', async () => {
  expect(await collected(createSoftnet({ files }))).toMatchObject({
    'node_softnet_processed_total{cpu="0"}': 9000,
    'node_softnet_dropped_total{cpu="1"}': 1,
    'node_softnet_times_squeezed_total{cpu="1"}': 2,
    'node_softnet_received_rps_total{cpu="1"}': 3,
    'node_softnet_backlog_len{cpu="0"}': 2,
  })
  const old = { readText: () => '0000000a 00000001 00000002\n0000000b 00000000 00000000\n' }
  expect(await collected(createSoftnet({ files: old }))).toEqual({
    'node_softnet_processed_total{cpu="0"}': 10,
    'node_softnet_dropped_total{cpu="0"}': 1,
    'node_softnet_times_squeezed_total{cpu="0"}': 2,
    'node_softnet_processed_total{cpu="1"}': 11,
    'node_softnet_dropped_total{cpu="1"}': 0,
    'node_softnet_times_squeezed_total{cpu="1"}': 0,
  })
})

test('connections are counted by state, queues in bytes', async () => {
  expect(await collected(createTcpstat({ files }))).toEqual({
    'node_tcp_connection_states{state="established"}': 1,
    'node_tcp_connection_states{state="listen"}': 1,
    'node_tcp_connection_states{state="rx_queued_bytes"}': 320,
    'node_tcp_connection_states{state="tx_queued_bytes"}': 3,
  })
  expect(await collected(createUdpQueues({ files }))).toEqual({
    'node_udp_queues{ip="v4", queue="tx"}': 3,
    'node_udp_queues{ip="v4", queue="rx"}': 320,
    'node_udp_queues{ip="v6", queue="tx"}': 0,
    'node_udp_queues{ip="v6", queue="rx"}': 0,
  })
})

test('the node says its time, and the clocks that it has and runs on', async () => {
  const clock = { nowMs: () => 1_763_712_000_250 }
  expect(await collected(createTime({ files, clock }))).toEqual({
    node_time_seconds: 1_763_712_000.25,
    'node_time_clocksource_available_info{clocksource="acpi_pm", device="0"}': 1,
    'node_time_clocksource_available_info{clocksource="hpet", device="0"}': 1,
    'node_time_clocksource_available_info{clocksource="tsc", device="0"}': 1,
    'node_time_clocksource_current_info{clocksource="tsc", device="0"}': 1,
  })
})

test('of two hundred counters of memory the chosen ones are exported', async () => {
  expect(await collected(createVmstat({ files }))).toEqual({
    node_vmstat_pgpgin: 1000,
    node_vmstat_pgpgout: 2000,
    node_vmstat_pswpin: 3000,
    node_vmstat_pswpout: 4000,
    node_vmstat_pgfault: 5000,
    node_vmstat_pgmajfault: 6000,
    node_vmstat_oom_kill: 7000,
  })
})
