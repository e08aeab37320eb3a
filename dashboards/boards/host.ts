/** One host: use, saturation and errors of each thing that it has. */
import { board } from '../board.ts'
import { ofAll, queue, readWait, use, writeWait } from '../disk-load.ts'
import { whatFires } from '../firing.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { healthLimit, healthWords, hostHealth } from '../health.ts'
import {
  filesystemFree,
  linkDrops,
  linkErrors,
  linkUse,
  memoryFree,
  ofCards,
  processors,
  rate,
  retransmits,
  stalled,
} from '../host-load.ts'
import { anyOf, limits } from '../limits.ts'
import { ofHost } from '../select.ts'
import { age, unlessSilent } from '../silence.ts'
import { bottom, top } from '../top.ts'

const byHost = '{{instance}}'
const byDevice = '{{instance}} {{device}}'

const small = { span: 3 } as const

const highlights = [
  figure({
    ...small,
    title: 'Health',
    description: 'The worst alert that fires of the host; the table below names them all.',
    unit: 'none',
    expr: `max(${hostHealth})`,
    limit: healthLimit,
    words: healthWords,
    empty: 'not judged',
    leadsTo: 'stor-alerts',
  }),
  figure({
    ...small,
    title: 'Data age',
    description: 'How long ago the host said something.',
    unit: 's',
    expr: `max(${age})`,
    limit: limits.nodeSilent,
    leadsTo: 'stor-pipeline',
  }),
  figure({
    ...small,
    title: 'Up for',
    description: 'Time since the host was started.',
    unit: 's',
    expr: `min(${unlessSilent(`time() - node_boot_time_seconds{${ofHost}}`)})`,
    empty: 'silent',
    leadsTo: 'stor-hardware',
  }),
  figure({
    ...small,
    title: 'Processors',
    description: 'Share of processor time in use.',
    unit: 'percentunit',
    expr: `max(${processors})`,
    empty: 'silent',
    leadsTo: 'stor-hosts',
  }),
  figure({
    ...small,
    title: 'Memory free',
    description: 'Under a twentieth the kernel ends processes.',
    unit: 'percentunit',
    expr: `min(${memoryFree})`,
    limit: limits.memoryAvailable,
    empty: 'silent',
  }),
  figure({
    ...small,
    title: 'Space free',
    description: 'Share that is free on its fullest file system.',
    unit: 'percentunit',
    expr: `min(${filesystemFree})`,
    limit: limits.filesystemFree,
    empty: 'silent',
    leadsTo: 'stor-capacity',
  }),
  figure({
    ...small,
    title: 'Load per CPU',
    decimals: 2,
    description: 'Load of one minute for each processor; lasting above 1 it is overloaded.',
    unit: 'none',
    expr: `max(${unlessSilent(`node_load1{${ofHost}} / on (cluster, instance) count by (cluster, instance) (node_cpu_seconds_total{mode="idle",${ofHost}})`)})`,
    empty: 'silent',
    leadsTo: 'stor-hosts',
  }),
  figure({
    ...small,
    title: 'Clock off by',
    description:
      'From the gateway’s clock. Many things that are told apart by time go wrong with it.',
    unit: 's',
    expr: `max(abs(${unlessSilent(`zstone_agent_clock_offset_seconds{${ofHost}}`)}))`,
    limit: limits.clockOff,
    empty: 'not measured',
  }),
  whatFires({
    hosts: `max by (cluster, instance) (zstone_agent_info{${ofHost}})`,
    height: 7,
    leadsTo: 'stor-alerts',
  }),
  course({
    title: 'Processors by what they do',
    description: 'Much iowait: disks are too slow. Much softirq: the network is the work.',
    unit: 'percentunit',
    expr: unlessSilent(
      `avg by (cluster, instance, mode) (${rate('cpu_seconds_total', `mode!="idle",${ofHost}`)})`,
    ),
    legend: '{{instance}} {{mode}}',
    leadsTo: 'stor-hosts',
  }),
  course({
    title: 'Pressure',
    description: 'Share of time in which work waited: saturation of processors, memory and disks.',
    unit: 'percentunit',
    expr: [
      { expr: stalled('cpu'), legend: `${byHost} processors` },
      { expr: stalled('memory'), legend: `${byHost} memory` },
      { expr: stalled('io'), legend: `${byHost} disks` },
    ],
    limit: limits.memoryStalled,
  }),
]

const memoryOf = (what: string) => unlessSilent(`node_memory_${what}_bytes{${ofHost}}`)

const memory = [
  course({
    title: 'Memory',
    description: 'What is used, by what for; cache is given back when it is needed.',
    unit: 'bytes',
    expr: [
      { expr: memoryOf('MemTotal'), legend: `${byHost} total` },
      { expr: memoryOf('MemAvailable'), legend: `${byHost} available` },
      { expr: memoryOf('Cached'), legend: `${byHost} cache` },
      { expr: memoryOf('Dirty'), legend: `${byHost} not yet written` },
    ],
    limit: { alert: 'NodeMemoryPressure' },
  }),
  course({
    title: 'Major faults and swap',
    description: 'Pages that had to come from disk: memory is short before anything is ended.',
    unit: 'ops',
    expr: [
      { expr: unlessSilent(rate('vmstat_pgmajfault')), legend: `${byHost} major faults` },
      { expr: unlessSilent(rate('vmstat_pswpin')), legend: `${byHost} from swap` },
      { expr: unlessSilent(rate('vmstat_pswpout')), legend: `${byHost} to swap` },
    ],
    limit: { alert: 'NodeMemoryPressure' },
  }),
  course({
    title: 'Processes ended for memory',
    description: 'The kernel ended a process to get memory back: find out which in its log.',
    unit: 'short',
    expr: unlessSilent(`increase(node_vmstat_oom_kill{${ofHost}}[$__rate_interval])`),
    legend: byHost,
    limit: anyOf('NodeOutOfMemory'),
  }),
]

const disks = [
  course({
    title: 'Busy',
    description: 'Share of time with something under way, by disk.',
    unit: 'percentunit',
    expr: top(use(ofAll)),
    legend: byDevice,
    of: 'disk',
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'Queue',
    description: 'Requests that wait or are under way, by disk.',
    unit: 'short',
    expr: top(queue(ofAll)),
    legend: byDevice,
    of: 'disk',
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'Slowest disks, and all',
    description: 'How long reads and writes take on the slowest, beside p50 and p99 of all disks.',
    unit: 's',
    expr: [
      {
        expr: top(`${readWait(ofAll)} > ${writeWait(ofAll)} or ${writeWait(ofAll)}`),
        legend: byDevice,
      },
      {
        expr: `quantile by (cluster, instance) (0.5, ${readWait(ofAll)})`,
        legend: `${byHost} reads p50`,
      },
      {
        expr: `quantile by (cluster, instance) (0.99, ${readWait(ofAll)})`,
        legend: `${byHost} reads p99`,
      },
      {
        expr: `quantile by (cluster, instance) (0.99, ${writeWait(ofAll)})`,
        legend: `${byHost} writes p99`,
      },
    ],
    of: 'disk',
    empty: 'idle',
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'File systems, free',
    description: 'Share that is free, by file system.',
    unit: 'percentunit',
    expr: bottom(filesystemFree),
    legend: '{{instance}} {{mountpoint}}',
    limit: limits.filesystemFree,
    leadsTo: 'stor-capacity',
  }),
]

const network = [
  course({
    title: 'Use of links',
    description: 'Share of the speed of each link that is used, in and out.',
    unit: 'percentunit',
    expr: [
      { expr: top(linkUse('receive')), legend: `${byDevice} in` },
      { expr: top(linkUse('transmit')), legend: `${byDevice} out` },
    ],
    limit: limits.networkUse,
    leadsTo: 'stor-network',
  }),
  course({
    title: 'Broken frames',
    description: 'Share of the frames; mostly a cable, a transceiver or a port of the switch.',
    unit: 'percentunit',
    softMax: 0.002,
    expr: linkErrors,
    legend: byDevice,
    limit: limits.networkErrors,
    leadsTo: 'stor-network',
  }),
  course({
    title: 'Dropped frames',
    description: 'Frames that were good and had no room, in and out.',
    unit: 'count:p/s',
    expr: linkDrops,
    legend: byDevice,
    leadsTo: 'stor-network',
  }),
  course({
    title: 'Sent again',
    description: 'Share of TCP segments that had to be sent again: the network loses them.',
    unit: 'percentunit',
    softMax: 0.01,
    expr: retransmits,
    legend: byHost,
    leadsTo: 'stor-network',
  }),
  course({
    title: 'Times a link was lost',
    description: 'Changes of carrier: a cable that is loose, or a switch that restarts.',
    unit: 'short',
    expr: unlessSilent(
      `increase(node_network_carrier_changes_total{${ofCards}}[$__rate_interval])`,
    ),
    legend: byDevice,
    limit: { alert: 'NetworkLinkFlapping' },
    leadsTo: 'stor-network',
  }),
]

const system = [
  course({
    title: 'Collectors failing',
    description: 'Collectors that fail: what they measure is unknown.',
    unit: 'short',
    expr: unlessSilent(
      `sum by (cluster, instance) (zstone_collector_success{${ofHost}} == bool 0)`,
    ),
    legend: byHost,
    limit: anyOf('CollectorFailing'),
    leadsTo: 'stor-pipeline',
  }),
  course({
    title: 'Units of systemd that failed',
    description: 'Services that ended badly; systemctl --failed names them on the host.',
    unit: 'short',
    expr: `sum by (cluster, instance) (node_systemd_units{state="failed",${ofHost}})`,
    legend: byHost,
    limit: anyOf('SystemdUnitFailed'),
    empty: 'no systemd',
    leadsTo: 'stor-hosts',
  }),
  course({
    title: 'Open files and processes',
    description: 'What is open and running, as shares of what the kernel allows.',
    unit: 'percentunit',
    expr: [
      {
        expr: unlessSilent(
          `node_filefd_allocated{${ofHost}} / (node_filefd_maximum{${ofHost}} > 0)`,
        ),
        legend: `${byHost} files`,
      },
      {
        expr: unlessSilent(
          `node_processes_pids{${ofHost}} / (node_processes_max_processes{${ofHost}} > 0)`,
        ),
        legend: `${byHost} processes`,
      },
    ],
    limit: limits.fileHandles,
  }),
]

export const hostBoard = () =>
  board({
    uid: 'stor-host',
    title: 'One host',
    description: 'Use, saturation and errors of each thing that a host has.',
    variables: ['one host', 'topk'],
    rows: {
      Highlights: highlights,
      Memory: memory,
      Disks: disks,
      Network: network,
      System: system,
    },
  })
